package dev.tailnetproxy.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.testkit.TestInvocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a decision leaves in the log and in the response. */
class DecisionLogTest {

    private final List<ExtLogRecord> records = new ArrayList<>();
    private final Logger logger = Logger.getLogger(DecisionLog.CATEGORY);
    private final ExtHandler handler = new ExtHandler() {
        @Override
        protected void doPublish(ExtLogRecord line) {
            records.add(line);
        }
    };

    @BeforeEach
    void capture() {
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    void release() {
        logger.removeHandler(handler);
        logger.setLevel(null);
    }

    private static JsonNode invoke(String list, String event) throws IOException {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        new AuthorizerHandler(TestPolicy.of(list), new AuthorizerEventReader(), new DecisionWriter())
                .handleRequest(
                        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                        response,
                        new TestInvocation(10_000));
        return TestEvent.parse(response.toString(StandardCharsets.UTF_8));
    }

    private ExtLogRecord onlyLine() {
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    @Test
    void allowedRequestIsLoggedWithItsPrefix() throws IOException {
        JsonNode response =
                invoke("192.0.2.0/24,203.0.113.0/24", TestEvent.documented().json());

        assertThat(response)
                .hasToString(
                        """
                        {"isAuthorized":true,"context":{"reason":"listed","sourceAddress":"203.0.113.7"}}""");
        assertThat(onlyLine().getLevel()).isEqualTo(Level.INFO);
        assertThat(onlyLine().getMdcCopy())
                .isEqualTo(Map.of(
                        "requestId", "JKJaXmPLvHcESHA=",
                        "address", "203.0.113.7",
                        "decision", "allow",
                        "reason", "listed",
                        "detail", "203.0.113.7 is in 203.0.113.0/24",
                        "route", "POST /{hook}"));
    }

    @Test
    void deniedRequestIsLoggedWithItsReason() throws IOException {
        JsonNode response =
                invoke("192.0.2.0/24", TestEvent.from("2001:0DB8::0001").json());

        assertThat(response)
                .hasToString(
                        """
                        {"isAuthorized":false,"context":{"reason":"not-listed","sourceAddress":"2001:db8::1"}}""");
        assertThat(onlyLine().getLevel()).isEqualTo(Level.INFO);
        assertThat(onlyLine().getMdcCopy())
                .containsEntry("address", "2001:db8::1")
                .containsEntry("decision", "deny")
                .containsEntry("reason", "not-listed")
                .containsEntry("detail", "No prefix of AUTHD_SOURCE_CIDR holds 2001:db8::1");
    }

    @Test
    void wrongListIsInEachLine() throws IOException {
        invoke("192.0.2.0/24,203.0.113.0/33", TestEvent.documented().json());
        invoke("192.0.2.0/24,203.0.113.0/33", "no event");

        assertThat(records).hasSize(2).allSatisfy(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.ERROR);
            assertThat(line.getMdcCopy())
                    .containsEntry("decision", "deny")
                    .containsEntry("reason", "invalid-setting")
                    .hasEntrySatisfying("detail", detail -> assertThat(detail)
                            .contains("AUTHD_SOURCE_CIDR", "203.0.113.0/33", "Every request is denied."));
        });
    }

    @Test
    void eventWithoutAnythingHasItsLine() throws IOException {
        JsonNode response = invoke("0.0.0.0/0", "[");

        assertThat(response)
                .hasToString(
                        """
                        {"isAuthorized":false,"context":{"reason":"unexpected-event"}}""");
        assertThat(onlyLine().getLevel()).isEqualTo(Level.WARN);
        assertThat(onlyLine().getMdcCopy())
                .containsEntry("requestId", "-")
                .containsEntry("address", "-")
                .containsEntry("route", "-");
    }

    @Test
    void nothingThatSenderWroteIsLoggedOrReturned() throws IOException {
        TestEvent event = TestEvent.documented();
        for (String header : List.of("authorization", "x-hub-signature-256", "x-forwarded-for", "cookie")) {
            event.withText("/headers", header, "marked");
        }
        event.withText("", "rawPath", "/marked")
                .withText("", "rawQueryString", "token=marked")
                .with("", "cookies", "[\"session=marked\"]")
                .withText("/queryStringParameters", "token", "marked")
                .withText("/pathParameters", "hook", "marked")
                .withText("/requestContext/http", "path", "/marked")
                .withText("/requestContext/http", "userAgent", "marked");

        for (String list : List.of("203.0.113.7", "192.0.2.7", "wrong")) {
            assertThat(invoke(list, event.json()).toString()).doesNotContain("marked");
        }
        invoke("203.0.113.7", event.with("", "identitySource", "[\"marked\"]").json());

        assertThat(records).hasSize(4).allSatisfy(line -> assertThat(line.getMessage() + line.getMdcCopy())
                .doesNotContain("marked"));
    }

    @Test
    void textsOfTheEventStayShortAndOnOneLine() throws IOException {
        TestEvent event = TestEvent.from("203.0.113.7\r\n{\"decision\":\"allow\"}\u2028" + "x".repeat(5000))
                .withText("/requestContext", "requestId", "a\u0000b\n" + "y".repeat(5000))
                .withText("", "routeKey", "\u001b[31mPOST\t" + "z".repeat(5000));
        invoke("0.0.0.0/0", event.json());

        assertThat(onlyLine().getMessage()).matches("[ -~]{1,250}");
        assertThat(onlyLine().getMdcCopy().values())
                .allSatisfy(value -> assertThat(value).matches("[ -~]{1,103}"));
    }
}
