package dev.tailnetproxy.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.testkit.TestInvocation;
import io.quarkus.amazon.lambda.runtime.AmazonLambdaRecorder;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A value that Quarkus itself would not expand: the function starts all the same, and denies. */
@QuarkusTest
@TestProfile(WrongListFunctionTest.Expression.class)
class WrongListFunctionTest {

    /** A list that looks like an expression. */
    public static class Expression implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("AUTHD_SOURCE_CIDR", "0.0.0.0/0,${nothing.of.this.name}");
        }
    }

    @Test
    void functionStartsAndDenies() throws Exception {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        AmazonLambdaRecorder.handle(
                new ByteArrayInputStream(TestEvent.documented().json().getBytes(StandardCharsets.UTF_8)),
                response,
                new TestInvocation(10_000));

        assertThat(response.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"isAuthorized":false,"context":{"reason":"invalid-setting","sourceAddress":"203.0.113.7"}}""");
    }
}
