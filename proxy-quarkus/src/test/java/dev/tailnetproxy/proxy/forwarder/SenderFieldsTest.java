package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.forwarding.Selection;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.support.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which fields of a sender the target gets, and that none of them leads to another target. */
class SenderFieldsTest {

    private static final FixedTargetSelector DEFAULT = new FixedTargetSelector(
            ForwarderFixture.settings("https://hooks:8443/base"), SenderCheck.none(), UnderscoreHeaders.PASS);

    private static Selection select(ProxyRequest request) {
        return DEFAULT.select(DEFAULT.interpret(request));
    }

    @ParameterizedTest
    @CsvSource({
        "authorization, true",
        "x-hub-signature-256, true",
        "x-github-delivery, true",
        "stripe-signature, true",
        "x-slack-signature, true",
        "webhook-id, true",
        "x-twilio-signature, true",
        "x-amz-date, true",
        "x-amz-security-token, true",
        "x-amz-sns-message-type, true",
        "user-agent, true",
        "cookie, true",
        "ts-target-ip, false",
        "TS-Target-Port, false",
        "ts-host, false",
        "ts-authorization, false",
        "ts-timeout-ms, false",
        "ts-health, false",
        "ts-warmer, false",
        "ts_target_ip, false",
        "ts.warmer, false",
        "ts-anything, false",
        "forwarded, false",
        "x-forwarded, false",
        "x-forwarded-port, false",
        "x-forwarded-prefix, false",
        "x-forwarded-server, false",
        "X_Forwarded_User, false",
        "x-real-ip, false",
        "True-Client-IP, false",
        "client-ip, false",
        "X-Remote-Addr, false",
        "x-originating-ip, false",
        "tailscale-user-login, false",
        "Tailscale_User_Name, false",
        "remote-user, false",
        "x-remote-user, false",
        "x-auth-request-email, false",
        "x-webauth-user, false",
        "x-ssl-client-cert, false",
        "x-host, false",
        "x-envoy-original-path, false",
        "x-http-method-override, false",
        "x-original-url, false",
        "x_rewrite_url, false",
        "x-amzn-trace-id, false",
        "x_amzn_oidc_identity, false",
        "connection, false",
        "transfer-encoding, false",
        "te, false",
        "expect, false",
    })
    void passesFields(String name, boolean passes) {
        Selection selection = select(ForwarderFixture.post("/", Headers.of(name, "mallory")));

        assertThat(selection.headers().all(name).contains("mallory")).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7, for=203.0.113.7",
        "2001:DB8:0::1, 2001:db8::1, for=\"[2001:db8::1]\"",
        "::ffff:203.0.113.7, 203.0.113.7, for=203.0.113.7",
    })
    void namesSenderByWhatGatewaySays(String sourceIp, String address, String node) {
        Headers forged = Headers.of(
                "x-forwarded-for", "192.0.2.1, 10.0.0.1",
                "X-Forwarded-For", "192.0.2.2",
                "x-forwarded-proto", "http",
                "x-forwarded-host", "internal.example",
                "forwarded", "for=192.0.2.1;host=internal.example;proto=http",
                "host", "internal.example",
                "connection", "x-forwarded-for, forwarded, host, authorization");

        Headers sent = select(ForwarderFixture.post("/", forged, ForwarderFixture.ingress(sourceIp)))
                .headers();

        assertThat(sent.all("x-forwarded-for")).isEqualTo(List.of(address));
        assertThat(sent.all("x-forwarded-proto")).isEqualTo(List.of("https"));
        assertThat(sent.all("x-forwarded-host")).isEqualTo(List.of(ForwarderFixture.API));
        assertThat(sent.all("forwarded")).isEqualTo(List.of(node + ";host=" + ForwarderFixture.API + ";proto=https"));
        assertThat(sent.all("host")).isEqualTo(List.of("hooks:8443"));
    }

    /** Such as a second id of a message, of which the sender has signed the first. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "webhook_id",
                "Webhook.ID",
                "content_type",
                "Content_Length",
                "transfer_encoding",
                "host_",
                "COOKIE_"
            })
    void noNameStandsInForAnother(String name) {
        Headers sent = select(ForwarderFixture.post("/", Headers.of("webhook-id", "signed", name, "mallory")))
                .headers();

        assertThat(sent.all("webhook-id")).containsExactly("signed");
        assertThat(sent.all(name).contains("mallory")).isEqualTo(name.endsWith("_"));
    }

    private static final List<String> NAMES =
            List.of(("ts-target-ip|ts-target-port|ts-https|ts-host|ts-tls-server-name|ts-timeout-ms|"
                            + "ts-health|ts-warmer|TS-TARGET-IP|ts_target_ip|host|Host|:authority|forwarded|"
                            + "x-forwarded-host|x-forwarded-for|x-forwarded-proto|X-Forwarded-Host|x-original-url|"
                            + "connection|cookie|authorization|x-custom|via|x-amzn-remapped-host|upgrade|"
                            + "proxy-connection")
                    .split("\\|", -1));

    private static final List<String> VALUES =
            List.of(("evil.example|127.0.0.1|169.254.169.254|1|true|http://evil.example/|host|close, host|"
                            + "ts-target-ip|443|../..|evil.example:80||x-forwarded-for, forwarded")
                    .split("\\|", -1));

    @Test
    void noFieldChangesTarget() {
        Random random = SeededRandom.random(SenderFieldsTest.class);
        Selection plain = select(ForwarderFixture.post("/a", Headers.none()));
        Set<String> made = Set.of("host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded");
        for (int i = 0; i < 20_000; i++) {
            List<HeaderField> fields = new ArrayList<>();
            for (int j = random.nextInt(6); j >= 0; j--) {
                fields.add(new HeaderField(
                        NAMES.get(random.nextInt(NAMES.size())), VALUES.get(random.nextInt(VALUES.size()))));
            }
            ProxyRequest request = ForwarderFixture.post("/a", Headers.of(fields));

            Selection selection = select(request);

            assertThat(selection.target()).isEqualTo(plain.target());
            assertThat(selection.requestTarget()).isEqualTo(plain.requestTarget());
            made.forEach(name -> assertThat(selection.headers().all(name))
                    .as(name)
                    .isEqualTo(plain.headers().all(name)));
            assertThat(DEFAULT.interpret(request).deadline().instant())
                    .as("the timeout of a sender")
                    .isAfter(request.deadline().clock().instant().plusSeconds(20));
        }
    }
}
