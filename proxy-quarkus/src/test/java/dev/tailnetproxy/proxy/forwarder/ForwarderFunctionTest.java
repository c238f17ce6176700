package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestTailnet;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The variable alone turns the whole function into a forwarder. */
@QuarkusTest
@TestProfile(ForwarderFunctionTest.Forwarder.class)
@WithTestResource(TestTailnet.class)
class ForwarderFunctionTest {

    /** The function's environment. */
    public static final class Forwarder implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "TS_FORWARDER_TARGET",
                    "http://" + TestTailnet.PEER + "/base",
                    "TS_FORWARDER_ALLOWED_PATHS",
                    "/hooks/*");
        }
    }

    private final TestTailnet tailnet = TestTailnet.current();

    @BeforeEach
    void quiet() {
        tailnet.target().reset();
        tailnet.target()
                .responds(RawTarget.bytes("HTTP/1.1 201 Created\r\nx-internal: 1\r\ncontent-length: 2\r\n\r\nok"));
        tailnet.socks().clearDials();
    }

    private static FunctionResponse post(String path) {
        return FunctionInvoker.invoke(FunctionEventBuilder.request("POST", path)
                .httpApi("$default")
                .target("127.0.0.1", 22)
                .text("{}"));
    }

    @Test
    void forwardsToFixedTarget() {
        FunctionResponse response = post("/hooks/a?b=c");

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.header("x-internal")).isNull();
        assertThat(response.text()).isEmpty();
        assertThat(tailnet.target().last().requestLine()).isEqualTo("POST /base/hooks/a?b=c HTTP/1.1");
    }

    @Test
    void errorTellsStatusAlone() {
        FunctionResponse response = post("/private");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("ts-error-name")).isNull();
        assertThat(tailnet.socks().dials()).isEmpty();
    }
}
