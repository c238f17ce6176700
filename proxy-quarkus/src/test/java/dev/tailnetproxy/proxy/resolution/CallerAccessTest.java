package dev.tailnetproxy.proxy.resolution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.SeededRandom;
import dev.tailnetproxy.proxy.support.TestDnsMessages;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may reach what, by the principal that the Function URL has found. */
class CallerAccessTest {

    private static final String ORDERS = "arn:aws:sts::123456789012:assumed-role/orders/session";
    private static final String BILLING = "arn:aws:iam::123456789012:user/team/billing";
    private static final String BOTH = "arn:aws:sts::123456789012:assumed-role/both/session";
    private static final String STRANGER = "arn:aws:sts::210987654321:assumed-role/orders/session";

    private static final String NOBODY = "-";

    private static final String SETTING =
            """
            arn:aws:iam::123456789012:role/path/orders=target:80,100.64.0.3:80;
            arn:aws:iam::123456789012:user/team/*=10.1.0.0/16:80,loopback.svc.test;
            arn:aws:iam::123456789012:role/both=target:80;
            arn:aws:iam::123456789012:role/bo*=api.svc.test:80,100.64.0.3:81
            """;

    private static final String PEER = "peer";
    private static final String ROUTER = "router";
    private static final String SUBNET = "subnet";

    /** Said a second time, so that the setting's reader is not its own judge. */
    private static final Map<String, Set<String>> REACH =
            Map.of(ORDERS, Set.of(PEER, ROUTER), BILLING, Set.of(SUBNET), BOTH, Set.of(PEER, SUBNET));

    private static final Map<String, Set<String>> DIALS = Map.of(
            ORDERS, Set.of("100.64.0.2:80", "[fd7a:115c:a1e0:0:0:0:0:2]:80", "100.64.0.3:80"),
            BILLING, Set.of("10.1.2.3:80"),
            BOTH, Set.of("100.64.0.2:80", "[fd7a:115c:a1e0:0:0:0:0:2]:80", "10.1.2.3:80", "100.64.0.3:81"),
            STRANGER, Set.of(),
            NOBODY, Set.of());

    private static final List<String> PRINCIPALS = List.of(ORDERS, BILLING, BOTH, STRANGER, NOBODY);

    private static final List<String> HOSTS = List.of(
            "target",
            "target.tailnet.test",
            "100.64.0.2",
            "fd7a:115c:a1e0::2",
            "::ffff:100.64.0.2",
            "router",
            "100.64.0.3",
            "10.1.2.3",
            "api.svc.test",
            "alias.svc.test",
            "loopback.svc.test",
            "127.0.0.1",
            "64:ff9b::10.1.2.3");

    private final Map<String, RawTarget> targets = Map.of(PEER, target(), ROUTER, target(), SUBNET, target());
    private final TestProxy proxy = TestProxy.options()
            .allowed("10.1.0.0/16,*.svc.test")
            .callers(SETTING)
            .start();

    private static RawTarget target() {
        return new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    }

    private RawTarget target(String name) {
        return requireNonNull(targets.get(name), name);
    }

    @BeforeEach
    void registerDefaults() {
        proxy.socks().route(TestProxy.PEER, 80, target(PEER).port());
        proxy.socks().route("fd7a:115c:a1e0::2", 80, target(PEER).port());
        proxy.socks().route("100.64.0.3", 80, target(ROUTER).port());
        proxy.socks().route("10.1.2.3", 80, target(SUBNET).port());
        for (Map.Entry<String, String> name : Map.of(
                        "api.svc.test", "10.1.2.3",
                        "alias.svc.test", "100.64.0.2",
                        "loopback.svc.test", "127.0.0.1",
                        "target.tailnet.test", "100.64.0.2",
                        "router.tailnet.test", "100.64.0.3")
                .entrySet()) {
            proxy.localApi().dns(name.getKey() + "/A", TestDnsMessages.addresses(name.getKey(), name.getValue()));
        }
    }

    @AfterEach
    void close() {
        proxy.close();
        targets.values().forEach(RawTarget::close);
    }

    private String outcome(FunctionEventBuilder event) throws IOException {
        FunctionResponse response = proxy.function().invoke(event.json(), 30_000);
        String error = response.header("ts-error-name");
        return error == null ? Integer.toString(response.status()) : error;
    }

    @ParameterizedTest(name = "{0} to {1}:{2}")
    @CsvSource({
        ORDERS + ", 100.64.0.2, 80, 200",
        ORDERS + ", target, 80, 200",
        ORDERS + ", TARGET.tailnet.test., 80, 200",
        ORDERS + ", fd7a:115c:a1e0::2, 80, 200",
        ORDERS + ", 100.64.0.3, 80, 200",
        ORDERS + ", 100.64.0.2, 81, TargetNotAllowed",
        ORDERS + ", 10.1.2.3, 80, TargetNotAllowed",
        ORDERS + ", api.svc.test, 80, TargetNotAllowed",
        ORDERS + ", 64:ff9b::100.64.0.3, 80, TargetNotAllowed",
        ORDERS + ", 127.0.0.1, 80, TargetNotAllowed",
        BILLING + ", 10.1.2.3, 80, 200",
        BILLING + ", api.svc.test, 80, 200",
        BILLING + ", 100.64.0.2, 80, TargetNotAllowed",
        BILLING + ", alias.svc.test, 80, TargetNotAllowed",
        BILLING + ", loopback.svc.test, 80, TargetNotAllowed",
        BOTH + ", target, 80, 200",
        BOTH + ", api.svc.test, 80, 200",
        BOTH + ", 10.1.2.3, 80, TargetNotAllowed",
        BOTH + ", 100.64.0.3, 80, TargetNotAllowed",
        STRANGER + ", 100.64.0.2, 80, TargetNotAllowed",
        STRANGER + ", target, 80, TargetNotAllowed",
    })
    void principalReachesListedTargets(String principal, String host, int port, String outcome) throws Exception {
        assertThat(outcome(FunctionEventBuilder.get("/").principal(principal).target(host, port)))
                .isEqualTo(outcome);
        assertThat(!proxy.socks().dials().isEmpty()).isEqualTo(outcome.equals("200"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"userArn\":null,\"accountId\":\"123456789012\"}",
                "{\"userArn\":\"arn:aws:iam::123456789012:user/team/x\",\"accountId\":\"210987654321\"}",
                "{\"userArn\":[\"arn:aws:iam::123456789012:user/team/x\"]}",
                "{\"userArn\":\"arn:aws:iam::123456789012:user/team/x \"}",
                "{\"callerId\":\"arn:aws:iam::123456789012:user/team/x\"}",
            })
    void unknownCallerReachesNothing(String iam) throws Exception {
        assertThat(outcome(FunctionEventBuilder.get("/")
                        .authorizer(new JsonObject(iam).getMap())
                        .target("10.1.2.3", 80)))
                .isEqualTo("TargetNotAllowed");
        assertThat(outcome(FunctionEventBuilder.get("/").target("10.1.2.3", 80)))
                .isEqualTo("TargetNotAllowed");
        assertThat(proxy.socks().dials()).isEmpty();
    }

    @Test
    void controlEndpointsAreOpenToAllCallers() throws Exception {
        assertThat(outcome(FunctionEventBuilder.get("/").principal(STRANGER).header("ts-health", "true")))
                .isEqualTo("200");
        assertThat(outcome(FunctionEventBuilder.get("/")
                        .header("ts-warmer", "true")
                        .header("ts-warmer-hold-ms", "1")))
                .isEqualTo("200");
    }

    @Test
    void headerFieldsCannotWidenAccess() throws Exception {
        Random random = SeededRandom.random(getClass());
        BoastfulFields fields = new BoastfulFields(random);
        for (int i = 0; i < 2_000; i++) {
            int who = random.nextInt(PRINCIPALS.size());
            String wanted = PRINCIPALS.get(random.nextInt(PRINCIPALS.size()));
            String host = HOSTS.get(random.nextInt(HOSTS.size()));
            FunctionEventBuilder event = FunctionEventBuilder.get("/" + who + "?userArn=" + wanted)
                    .target(host, random.nextInt(8) == 0 ? 81 : 80);
            if (!PRINCIPALS.get(who).equals(NOBODY)) {
                event.principal(PRINCIPALS.get(who));
            }
            fields.addTo(event, wanted, HOSTS.get(random.nextInt(HOSTS.size())));

            outcome(event);

            List<String> dials = proxy.socks().dials();
            assertThat(requireNonNull(DIALS.get(PRINCIPALS.get(who))).containsAll(dials))
                    .as(() -> PRINCIPALS.get(who) + " has made the proxy dial " + dials + " with " + event.json())
                    .isTrue();
            proxy.socks().clearDials();
        }

        // A connection that is there is dialled no more, so that what has arrived counts too.
        Map<String, Set<String>> reached = new HashMap<>();
        targets.forEach((name, target) -> target.received()
                .forEach(request -> reached.computeIfAbsent(sender(request), principal -> new TreeSet<>())
                        .add(name)));
        assertThat(reached).isEqualTo(REACH);
    }

    /** The test writes whom it was in front of the path. */
    private static String sender(RawTarget.ReceivedRequest request) {
        return PRINCIPALS.get(Integer.parseInt(request.requestLine().replaceAll("^[A-Z]+ /(\\d).*", "$1")));
    }
}
