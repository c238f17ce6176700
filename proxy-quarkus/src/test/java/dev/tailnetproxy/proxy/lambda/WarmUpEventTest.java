package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.TestTailnet;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The very event that the CDK's warmer sends; the test of the warmer reads the same file. */
@QuarkusTest
@WithTestResource(TestTailnet.class)
class WarmUpEventTest {

    private static final Path EVENT = Path.of("../cdk/src/test/resources/warm-up-event.json");

    private final TestTailnet tailnet = TestTailnet.current();

    @Test
    void warmUpNeedsNoTarget() throws Exception {
        tailnet.socks().clearDials();

        FunctionResponse response = FunctionInvoker.invoke(Files.readString(EVENT));

        assertThat(response.status()).isEqualTo(200);
        assertThat(new JsonObject(response.text()).getBoolean("warm")).isTrue();
        assertThat(tailnet.socks().dials()).isEmpty();
    }
}
