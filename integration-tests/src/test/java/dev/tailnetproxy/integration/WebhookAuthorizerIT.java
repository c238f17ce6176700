package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.httpapi.AuthorizerSettings;
import dev.tailnetproxy.localstack.httpapi.HttpApi;
import dev.tailnetproxy.localstack.httpapi.HttpApiSettings;
import dev.tailnetproxy.localstack.httpapi.IdentitySource;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.testkit.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The authorizer under the emulator, behind an HTTP API that caches its decisions as API Gateway does. */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookAuthorizerIT {

    private static final String LISTED = "192.0.2.7";
    private static final String STRANGER = "203.0.113.7";
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final FunctionInvoker FUNCTION =
            event -> new InvocationResult.Returned("{\"statusCode\":204,\"headers\":{}}");

    private final AtomicReference<String> source = new AtomicReference<>(LISTED);
    private final AtomicInteger decisions = new AtomicInteger();
    private final TestClock clock = TestClock.stopped();
    private final RuntimeInterfaceEmulator emulator;

    @AutoClose("stop")
    private final ExecutionEnvironment authorizer;

    WebhookAuthorizerIT(Tailnet tailnet) {
        this.authorizer = tailnet.startWebhookAuthorizer(Map.of("AUTHD_SOURCE_CIDR", "192.0.2.0/24"));
        this.emulator = new RuntimeInterfaceEmulator(authorizer.invocations(), Duration.ofSeconds(60));
    }

    private HttpApi cachingBy(String identitySource) {
        decisions.set(0);
        FunctionInvoker counted = event -> {
            decisions.incrementAndGet();
            return emulator.invoke(event);
        };
        return HttpApi.open(
                HttpApiSettings.onLoopback().withClock(clock).withSourceAddress(peer -> source.get()),
                new AuthorizerSettings(counted, List.of(new IdentitySource(identitySource)), TTL),
                FUNCTION);
    }

    private int status(HttpApi api, String address, String... fields) throws IOException {
        source.set(address);
        return new RawHttp(api.address())
                .send("POST", "/", List.of(fields), new byte[0])
                .headerSection()
                .status();
    }

    @Test
    void decisionsHoldForTheirAddressUntilTtlIsOver() throws Exception {
        try (HttpApi api = cachingBy("$context.identity.sourceIp")) {
            for (int i = 0; i < 3; i++) {
                assertThat(status(api, LISTED)).isEqualTo(204);
                assertThat(status(api, STRANGER)).isEqualTo(403);
            }
            assertThat(decisions).hasValue(2);

            clock.pass(TTL);
            assertThat(status(api, LISTED)).isEqualTo(204);
            assertThat(status(api, STRANGER)).isEqualTo(403);
            assertThat(decisions).hasValue(4);
        }
    }

    /** What is cached under a header field would hold for everyone who sends it: the authorizer allows nobody then. */
    @Test
    void cacheUnderAnythingElseAllowsNobody() throws Exception {
        try (HttpApi api = cachingBy("$request.header.x-github-event")) {
            assertThat(status(api, LISTED, "X-GitHub-Event: push")).isEqualTo(403);
            assertThat(status(api, STRANGER, "X-GitHub-Event: push")).isEqualTo(403);
            assertThat(decisions).hasValue(1);
            assertThat(status(api, LISTED)).isEqualTo(401);
        }
    }
}
