package dev.tailnetproxy.proxy.tailnet;

import static dev.tailnetproxy.proxy.support.Harness.outcome;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.DnsMessages;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Names are resolved by the tailnet, and what its resolver does wrong is said. */
class ResolverTest {

    private final RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    private final Harness proxy =
            Harness.options().allowed("10.1.0.0/16,*.svc.test").start();

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private ProxyResponse get(String name) {
        return proxy.call("GET").to(name, 80).send();
    }

    @Test
    void namesAreAskedForInTheTailnet() {
        proxy.socks().route("10.1.2.3", 80, target.port());
        proxy.localApi().dns("a.svc.test/A", DnsMessages.addresses("a.svc.test", "10.1.2.3"));

        assertEquals("200", outcome(get("a.svc.test")));
        assertEquals(List.of("10.1.2.3:80"), proxy.socks().dials(), "the checked address, not the name");
        assertEquals("NameNotFound", outcome(get("b.svc.test")));
    }

    @ParameterizedTest
    @CsvSource({"A, 10.1.2.3, AAAA", "AAAA, fd7a:115c:a1e0::2, A"})
    void aNameIsReachedByTheFamilyThatWasAnswered(String type, String address, String failing) {
        proxy.socks().route(address, 80, target.port());
        proxy.localApi().dns("d.svc.test/" + type, DnsMessages.addresses("d.svc.test", address));
        proxy.localApi().dns("d.svc.test/" + failing, DnsMessages.failure(4));

        assertEquals("200", outcome(get("d.svc.test")));
    }

    /** Where something is missing from the answer, what is missing may be the address that condemns it. */
    static Stream<Arguments> answersThatAreNone() {
        byte[] one = DnsMessages.addresses("c.svc.test", "10.1.2.3");
        return Stream.of(
                Arguments.of(DnsMessages.failure(2), "SERVFAIL"),
                Arguments.of(DnsMessages.failure(5), "REFUSED"),
                Arguments.of(DnsMessages.failure(4), "code 4"),
                Arguments.of(DnsMessages.truncated(one), "truncated"),
                Arguments.of(DnsMessages.truncated(DnsMessages.addresses("c.svc.test")), "truncated"),
                Arguments.of(Arrays.copyOf(one, one.length - 1), "cut"),
                Arguments.of(new byte[] {1, 2, 3}, "cut"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("answersThatAreNone")
    void aResolverThatFailsIsSaidAndNothingIsDialled(byte[] message, String reason) {
        proxy.localApi().dns("c.svc.test/A", message);

        ProxyResponse response = get("c.svc.test");

        assertEquals("TailnetUnavailable", outcome(response));
        String said = response.headers().first("ts-error-message").orElse("");
        assertTrue(said.startsWith("the tailnet's resolver failed: ") && said.contains(reason), said);
        assertEquals(List.of(), proxy.socks().dials());
    }

    @Test
    void aSilentResolverEndsWithTheRequestsDeadline() {
        proxy.socks().route(Harness.PEER, 80, target.port());
        proxy.localApi().dnsSilent("a.svc.test/A");
        assertEquals("200", outcome(proxy.get()), "the node has joined");

        ProxyResponse response = proxy.call("GET")
                .to("a.svc.test", 80)
                .within(Duration.ofMillis(100))
                .send();

        assertEquals("Timeout", outcome(response));
        assertEquals("200", outcome(proxy.get()));
    }

    /** tailscaled may have to connect to the name server more than once. */
    @Test
    void aNameMayTakeLongerThanTailscaledsOwnState() throws Exception {
        Duration patience = Duration.ofMillis(50);
        LocalApi api = new LocalApi(proxy.localApi().socket(), patience);
        proxy.localApi().dnsSilent("never.svc.test/A");
        proxy.localApi().dnsSilent("late.svc.test/A");
        proxy.localApi().dns("late.svc.test/A", DnsMessages.addresses("late.svc.test", "10.1.2.3"));

        CompletableFuture<List<IpAddress>> late = CompletableFuture.supplyAsync(() -> addresses(api, "late.svc.test"));
        await().until(() -> proxy.localApi().requests().stream().anyMatch(path -> path.contains("late.svc.test")));
        // Begun later, and fails when more than the patience is over.
        assertThrows(IOException.class, () -> api.addresses("never.svc.test", "A", patience.multipliedBy(2)));
        proxy.localApi().dnsSpeaks("late.svc.test/A");

        assertEquals(
                List.of("10.1.2.3"),
                late.get(30, TimeUnit.SECONDS).stream().map(IpAddress::toString).toList());
    }

    private static List<IpAddress> addresses(LocalApi api, String name) {
        try {
            return api.addresses(name, "A", Duration.ofSeconds(30));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
