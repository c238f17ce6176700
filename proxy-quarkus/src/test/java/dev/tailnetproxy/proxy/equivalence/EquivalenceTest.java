package dev.tailnetproxy.proxy.equivalence;

import static dev.tailnetproxy.proxy.equivalence.Observation.BODY;
import static dev.tailnetproxy.proxy.equivalence.Observation.REQUEST_LINE;
import static dev.tailnetproxy.proxy.equivalence.Observation.STATUS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.equivalence.Difference.Side;
import dev.tailnetproxy.proxy.server.ServerCertificate;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.testkit.HttpMessage;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The proxy changes nothing but what the contract says: each request of {@code equivalence.json} is sent to a target
 * directly and through the proxy, and both the response and what the target saw must be the same, but for what {@code
 * equivalence-exceptions.json} lists with its reason.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EquivalenceTest {

    private static final List<String> WAYS = List.of("function", "HTTP/1.1", "HTTP/2");

    private final List<AllowedDifference> allowed = AllowedDifference.all();
    private final Vertx vertx = Vertx.vertx();
    private final TestServer plain = TestProxy.options().listen();
    private final TestServer tls;
    private final Map<String, Way> ways;

    EquivalenceTest(@TempDir Path dir) throws Exception {
        tls = ServerCertificate.in(dir).options().listen();
        ways = Map.of(
                "function", Way.function(plain.harness().function()),
                "HTTP/1.1", Way.http1(plain.server().port()),
                "HTTP/2", new Http2Way(vertx, tls.server().port()));
    }

    @BeforeAll
    void targetsTakeTrailers() {
        plain.target().acceptTrailers();
        tls.target().acceptTrailers();
    }

    @AfterAll
    void stop() {
        TestServer.await(vertx.close());
        plain.close();
        tls.close();
    }

    static Stream<Arguments> casesOnAllWays() {
        return EquivalenceCase.all().flatMap(row -> WAYS.stream().map(way -> Arguments.of(row, way)));
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("casesOnAllWays")
    void onlyListedDifferencesOccur(EquivalenceCase row, String way) throws Exception {
        assertThat(differences(row, way))
                .filteredOn(difference -> allowed.stream().noneMatch(exception -> exception.covers(way, difference)))
                .isEmpty();
    }

    @Test
    void everyExceptionIsNeeded() throws Exception {
        Set<AllowedDifference> unused = new HashSet<>(allowed);
        for (EquivalenceCase row : EquivalenceCase.all().toList()) {
            for (String way : WAYS) {
                for (Difference difference : differences(row, way)) {
                    unused.removeIf(exception -> exception.covers(way, difference));
                }
            }
        }

        assertThat(unused).isEmpty();
    }

    static Stream<Arguments> unlistedDifferences() {
        return Stream.of(
                Arguments.of("a lost field", Side.REQUEST, "accept", List.of("a"), List.of()),
                Arguments.of("an added field", Side.REQUEST, "via", List.of(), List.of("1.1 proxy")),
                Arguments.of("a lost repetition", Side.RESPONSE, "x-a", List.of("1", "2"), List.of("1")),
                Arguments.of("joined cookies", Side.RESPONSE, "set-cookie", List.of("a", "b"), List.of("a, b")),
                Arguments.of("another order", Side.RESPONSE, "set-cookie", List.of("a", "b"), List.of("b", "a")),
                Arguments.of("another value", Side.RESPONSE, "etag", List.of("\"a\""), List.of("W/\"a\"")),
                Arguments.of("a forged error", Side.RESPONSE, "ts-error-name", List.of(), List.of("Timeout")),
                Arguments.of(
                        "a decoded path",
                        Side.REQUEST,
                        REQUEST_LINE,
                        List.of("GET /%2F HTTP/1.1"),
                        List.of("GET // HTTP/1.1")),
                Arguments.of("another status", Side.RESPONSE, STATUS, List.of("404"), List.of("502")),
                Arguments.of("another body", Side.RESPONSE, BODY, List.of("6f6b"), List.of("6f")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unlistedDifferences")
    void otherDifferencesAreNotAllowed(String name, Side side, String part, List<String> direct, List<String> proxied) {
        List<Difference> found = Difference.between(
                side,
                new Observation(direct.isEmpty() ? Map.of() : Map.of(part, direct)),
                new Observation(proxied.isEmpty() ? Map.of() : Map.of(part, proxied)));

        assertThat(found).containsExactly(new Difference(side, part, direct, proxied));
        assertThat(WAYS).noneMatch(way -> allowed.stream().anyMatch(exception -> exception.covers(way, found.get(0))));
    }

    private List<Difference> differences(EquivalenceCase row, String way) throws Exception {
        RawTarget target = (way.equals("HTTP/2") ? tls : plain).target();
        return Difference.between(
                exchange(row, target, Way.direct(target.port())), exchange(row, target, ways.get(way)));
    }

    private static Exchange exchange(EquivalenceCase row, RawTarget target, Way way) throws Exception {
        target.reset();
        target.responds(row.response());
        Observation response = way.send(row.request());
        List<HttpMessage> seen = new ArrayList<>();
        target.received().forEach(request -> seen.add(request.message()));
        assertThat(seen).as("requests at the target, response %s", response).hasSize(1);
        return new Exchange(Observation.ofRequest(seen.get(0)), response);
    }
}
