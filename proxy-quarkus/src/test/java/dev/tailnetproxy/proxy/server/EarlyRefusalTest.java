package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request gets its place, or is refused, at its header section: what it still sends changes nothing for others. */
class EarlyRefusalTest {

    private static final int PLACES = 8;
    private static final int SHARE = 6;
    private static final int BODY = 60_000;

    private final List<RawClient> clients = new ArrayList<>();
    private TestServer proxy;
    private Limits limits;

    @BeforeEach
    void start() {
        proxy = TestProxy.options()
                .limits(new LimitSettings(PLACES, 100L * BODY, 100, 100))
                .listen();
        limits = proxy.harness().limits();
    }

    @AfterEach
    void stop() {
        clients.forEach(RawClient::close);
        proxy.close();
    }

    private RawClient client(String address) throws IOException {
        RawClient client = RawClient.from(address, proxy.server().port());
        clients.add(client);
        return client;
    }

    private static String headerSection(String fields) {
        return "POST / HTTP/1.1\r\n" + fields + "content-length: " + BODY + "\r\n\r\n";
    }

    private void beginBodies(int count, String address) throws IOException {
        for (int i = 0; i < count; i++) {
            client(address).send(headerSection(TARGET)).send("x".repeat(BODY / 2));
        }
        await().untilAsserted(() -> assertThat(limits.requests().used()).isEqualTo(count));
    }

    @Test
    void noBodyIsAwaitedOfARequestThatHasNoPlace() throws Exception {
        beginBodies(SHARE, "127.0.0.2");

        RawClient refused = client("127.0.0.2").send(headerSection(TARGET));

        RawClient.ReceivedResponse response = refused.response();
        assertThat(response.outcome()).isEqualTo("Overloaded");
        assertThat(response.values("retry-after")).isEqualTo(List.of("1"));
        assertThat(response.values("connection")).isEqualTo(List.of("close"));
        assertThat(limits.requests().used()).isEqualTo(SHARE);
        assertThat(proxy.target().received()).isEmpty();
    }

    @Test
    void aTargetWithManyArrivingBodiesLeavesPlacesForAnother() throws Exception {
        beginBodies(3, "127.0.0.2");
        for (int i = 0; i < 3; i++) {
            client("127.0.0.3").send(headerSection(TARGET));
        }
        await().untilAsserted(() -> assertThat(limits.requests().used()).isEqualTo(SHARE));
        proxy.harness().socks().route(TestProxy.PEER, 81, proxy.target().port());

        assertThat(client("127.0.0.4")
                        .send("GET / HTTP/1.1\r\n" + TARGET + "\r\n")
                        .response()
                        .outcome())
                .isEqualTo("Overloaded");
        assertThat(client("127.0.0.4")
                        .send("GET / HTTP/1.1\r\n" + TARGET.replace(": 80\r", ": 81\r") + "\r\n")
                        .response()
                        .text())
                .isEqualTo("ok");
    }

    @Test
    void aClientWithManyArrivingBodiesLeavesPlacesForAnother() throws Exception {
        for (int i = 0; i < SHARE; i++) {
            client("127.0.0.2").send(headerSection(TARGET.replace(": 80\r", ": " + (9000 + i) + "\r")));
        }
        await().untilAsserted(() -> assertThat(limits.requests().used()).isEqualTo(SHARE));
        String get = "GET / HTTP/1.1\r\n" + TARGET + "\r\n";

        RawClient.ReceivedResponse refused = client("127.0.0.2").send(get).response();
        assertThat(refused.outcome()).isEqualTo("Overloaded");
        assertThat(refused.values("ts-error-message").get(0)).contains("of one client");
        assertThat(client("127.0.0.3").send(get).response().text()).isEqualTo("ok");
    }

    @Test
    void whoLeavesWithinItsBodyGivesTheplaceBack() throws Exception {
        beginBodies(SHARE, "127.0.0.2");

        clients.forEach(RawClient::close);

        for (Limit limit : List.of(limits.requests(), limits.bufferedBytes())) {
            await().untilAsserted(
                            () -> assertThat(limit.used()).as(limit.name()).isZero());
        }
        assertThat(proxy.target().received()).isEmpty();
    }

    /** Its connection serves the next request, although the response was known before the body was here. */
    @ParameterizedTest
    @CsvSource({
        "ts-target-ip: 127.0.0.1, TargetNotAllowed",
        "ts-target-ip: no such address!, InvalidTarget",
        "x-nothing: 1, MissingTarget",
        "ts-warmer: true, 200"
    })
    void aRequestThatIsRefusedForWhatItSaysKeepsItsConnection(String field, String outcome) throws Exception {
        String fields = "host: proxy\r\nts-target-port: 80\r\n" + field + "\r\n";
        RawClient client = client("127.0.0.2").send(headerSection(fields)).send("x".repeat(BODY));

        assertThat(client.response().outcome()).isEqualTo(outcome);
        assertThat(client.send("GET / HTTP/1.1\r\n" + TARGET + "\r\n")
                        .response()
                        .text())
                .isEqualTo("ok");
    }
}
