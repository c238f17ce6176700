package dev.tailnetproxy.proxy.tailnet;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestDnsMessages;
import dev.tailnetproxy.proxy.support.TestProxy;
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
    private final TestProxy proxy =
            TestProxy.options().allowed("10.1.0.0/16,*.svc.test").start();

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private ProxyResponse get(String name) {
        return proxy.call("GET").to(name, 80).send();
    }

    @Test
    void resolvesNamesInTailnet() {
        proxy.socks().route("10.1.2.3", 80, target.port());
        proxy.localApi().dns("a.svc.test/A", TestDnsMessages.addresses("a.svc.test", "10.1.2.3"));

        assertThat(outcome(get("a.svc.test"))).isEqualTo("200");
        assertThat(proxy.socks().dials())
                .as("the checked address, not the name")
                .isEqualTo(List.of("10.1.2.3:80"));
        assertThat(outcome(get("b.svc.test"))).isEqualTo("NameNotFound");
    }

    @ParameterizedTest
    @CsvSource({"A, 10.1.2.3, AAAA", "AAAA, fd7a:115c:a1e0::2, A"})
    void usesResolvedAddressFamily(String type, String address, String failing) {
        proxy.socks().route(address, 80, target.port());
        proxy.localApi().dns("d.svc.test/" + type, TestDnsMessages.addresses("d.svc.test", address));
        proxy.localApi().dns("d.svc.test/" + failing, TestDnsMessages.failure(4));

        assertThat(outcome(get("d.svc.test"))).isEqualTo("200");
    }

    /** Where something is missing from the response, what is missing may be the address that condemns it. */
    static Stream<Arguments> invalidDnsResponses() {
        byte[] one = TestDnsMessages.addresses("c.svc.test", "10.1.2.3");
        return Stream.of(
                Arguments.of(TestDnsMessages.failure(2), "SERVFAIL"),
                Arguments.of(TestDnsMessages.failure(5), "REFUSED"),
                Arguments.of(TestDnsMessages.failure(4), "code 4"),
                Arguments.of(TestDnsMessages.truncated(one), "truncated"),
                Arguments.of(TestDnsMessages.truncated(TestDnsMessages.addresses("c.svc.test")), "truncated"),
                Arguments.of(Arrays.copyOf(one, one.length - 1), "cut"),
                Arguments.of(new byte[] {1, 2, 3}, "cut"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("invalidDnsResponses")
    void resolverFailureIsReported(byte[] message, String reason) {
        proxy.localApi().dns("c.svc.test/A", message);

        ProxyResponse response = get("c.svc.test");

        assertThat(outcome(response)).isEqualTo("TailnetUnavailable");
        String logged = response.headers().first("ts-error-message").orElse("");
        assertThat(logged.startsWith("the tailnet's resolver failed: ") && logged.contains(reason))
                .as(logged)
                .isTrue();
        assertThat(proxy.socks().dials()).isEmpty();
    }

    @Test
    void unresponsiveResolverEndsAtDeadline() {
        proxy.socks().route(TestProxy.PEER, 80, target.port());
        proxy.localApi().dnsHangs("a.svc.test/A");
        assertThat(outcome(proxy.get())).as("the node has joined").isEqualTo("200");

        ProxyResponse response = proxy.call("GET")
                .to("a.svc.test", 80)
                .within(Duration.ofMillis(100))
                .send();

        assertThat(outcome(response)).isEqualTo("Timeout");
        assertThat(outcome(proxy.get())).isEqualTo("200");
    }

    /** tailscaled may have to connect to the name server more than once. */
    @Test
    void resolverTimeoutExceedsStatusTimeout() throws Exception {
        Duration readTimeout = Duration.ofMillis(50);
        LocalApi api = new LocalApi(proxy.localApi().socket(), readTimeout);
        proxy.localApi().dnsHangs("never.svc.test/A");
        proxy.localApi().dnsHangs("late.svc.test/A");
        proxy.localApi().dns("late.svc.test/A", TestDnsMessages.addresses("late.svc.test", "10.1.2.3"));

        CompletableFuture<List<IpAddress>> late = CompletableFuture.supplyAsync(() -> addresses(api, "late.svc.test"));
        await().until(() -> proxy.localApi().requests().stream().anyMatch(path -> path.contains("late.svc.test")));
        // Begun later, and fails when more than the patience is over.
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> api.addresses("never.svc.test", "A", readTimeout.multipliedBy(2)));
        proxy.localApi().dnsResumes("late.svc.test/A");

        assertThat(late.get(30, TimeUnit.SECONDS).stream()
                        .map(IpAddress::toString)
                        .toList())
                .isEqualTo(List.of("10.1.2.3"));
    }

    private static List<IpAddress> addresses(LocalApi api, String name) {
        try {
            return api.addresses(name, "A", Duration.ofSeconds(30));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
