package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One function for several clients, behind the emulator, the extension, tailscaled and the tailnet: each principal reaches
 * the targets that {@code TS_PROXY_CALLER_TARGETS} lists for it and no other, although the proxy itself reaches them all.
 */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallerTargetsIT {

    private static final String ORDERS = "arn:aws:sts::123456789012:assumed-role/orders/i-0abc";
    private static final String BILLING = "arn:aws:iam::123456789012:user/team/billing";
    private static final String STRANGER = "arn:aws:sts::123456789012:assumed-role/reports/i-0abc";
    private static final String OTHER_ACCOUNT = "arn:aws:sts::210987654321:assumed-role/orders/i-0abc";

    /** Whom the local Function URL finds behind each signature. */
    private static final String SIGNER = "arn:aws:iam::123456789012:user/local";

    private static final String SERVICE = "8080";
    private static final String SCRIPTED = "80";
    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final Tailnet tailnet;
    private final ScriptedTargetControl scripted;

    @AutoClose
    private DeployedProxy proxy;

    CallerTargetsIT(Tailnet tailnet) {
        this.tailnet = tailnet;
        this.scripted = new ScriptedTargetControl(tailnet.target().scriptedTarget());
    }

    @BeforeAll
    void deploy() {
        String entries =
                """
                arn:aws:iam::123456789012:role/app/orders=%1$s:%2$s;
                arn:aws:iam::123456789012:user/team/*=%3$s:%4$s;
                %5$s=%1$s:%2$s
                """
                        .formatted(
                                Tailnet.TARGET_NAME, SERVICE, tailnet.target().address(), SCRIPTED, SIGNER);
        proxy = DeployedProxy.start(tailnet, Map.of("TS_HOSTNAME", "callers", "TS_PROXY_CALLER_TARGETS", entries));
    }

    @BeforeEach
    void nothingHasArrived() throws Exception {
        scripted.respondWith(OK, "keep");
    }

    @ParameterizedTest(name = "{0} to {1}:{2}")
    @CsvSource({
        ORDERS + ", target, " + SERVICE + ", 200",
        ORDERS + ", address, " + SERVICE + ", 200",
        ORDERS + ", target, " + SCRIPTED + ", 403",
        ORDERS + ", address, " + SCRIPTED + ", 403",
        BILLING + ", address, " + SCRIPTED + ", 200",
        BILLING + ", target, " + SCRIPTED + ", 200",
        BILLING + ", address, " + SERVICE + ", 403",
        BILLING + ", target, " + SERVICE + ", 403",
        STRANGER + ", target, " + SERVICE + ", 403",
        STRANGER + ", address, " + SCRIPTED + ", 403",
        OTHER_ACCOUNT + ", target, " + SERVICE + ", 403",
        OTHER_ACCOUNT + ", address, " + SCRIPTED + ", 403",
        "'', target, " + SERVICE + ", 403",
        "'', address, " + SCRIPTED + ", 403",
    })
    void aPrincipalReachesWhatIsListedForIt(String principal, String host, String port, int status) throws Exception {
        JsonObject response = invoke(principal, host, port);

        assertThat(response.getInteger("statusCode")).as(response::encode).isEqualTo(status);
        assertThat(errorName(response)).isEqualTo(status == 403 ? Optional.of("TargetNotAllowed") : Optional.empty());
        boolean reachedScripted = status == 200 && port.equals(SCRIPTED);
        assertThat(scripted.receivedRequests()).hasSize(reachedScripted ? 1 : 0);
    }

    /** The connection is there, and whoever opened it may use it. */
    @Test
    void aConnectionThatOneClientOpenedServesNoOther() throws Exception {
        assertThat(invoke(BILLING, "address", SCRIPTED).getInteger("statusCode"))
                .isEqualTo(200);

        assertThat(errorName(invoke(ORDERS, "address", SCRIPTED))).contains("TargetNotAllowed");

        assertThat(scripted.receivedRequests()).hasSize(1);
    }

    @Test
    void aSignedRequestCountsAsItsSigners() throws Exception {
        assertThat(sendSigned(SERVICE, Map.of()).statusCode()).isEqualTo(200);

        for (String name : new String[] {"x-amzn-user-arn", "x-amzn-principal", "ts-caller", "x-forwarded-user"}) {
            HttpResponse<byte[]> refused = sendSigned(SCRIPTED, Map.of(name, BILLING));

            assertThat(refused.statusCode()).as(name).isEqualTo(403);
            assertThat(refused.headers().firstValue("ts-error-name")).as(name).contains("TargetNotAllowed");
        }
        assertThat(scripted.receivedRequests()).isEmpty();
    }

    private HttpResponse<byte[]> sendSigned(String port, Map<String, String> more) throws Exception {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("ts-target-ip", Tailnet.TARGET_NAME);
        headers.put("ts-target-port", port);
        return proxy.sendWithHeaders("GET", "/hello", headers, new byte[0]);
    }

    private JsonObject invoke(String principal, String host, String port) throws Exception {
        FunctionEventBuilder event = FunctionEventBuilder.get("/hello")
                .target(host.equals("address") ? tailnet.target().address() : host, Integer.parseInt(port));
        return proxy.invoke(principal.isEmpty() ? event : event.principal(principal));
    }

    private static Optional<String> errorName(JsonObject response) {
        return Optional.ofNullable(response.getJsonObject("headers").getString("ts-error-name"));
    }
}
