package dev.tailnetproxy.proxy.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** SQS for a whole function, with the variables by which it is found. */
public final class TestSqs implements QuarkusTestResourceLifecycleManager {

    private static TestSqs current;

    private final SqsProtocolServer server = new SqsProtocolServer();

    public static TestSqs current() {
        return current;
    }

    public SqsProtocolServer server() {
        return server;
    }

    @Override
    public Map<String, String> start() {
        current = this;
        System.getProperties().putAll(server.properties());
        return Map.of(
                "TS_FORWARDER_DELIVERY",
                "queued",
                "TS_FORWARDER_QUEUE_URL",
                server.url("hooks"),
                "TS_FORWARDER_DEAD_LETTER_QUEUE_URL",
                server.url("dead"));
    }

    @Override
    public void stop() {
        server.properties().keySet().forEach(System::clearProperty);
        server.close();
    }
}
