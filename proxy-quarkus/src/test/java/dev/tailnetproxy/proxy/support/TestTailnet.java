package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.contract.ProxyVariables;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;

/** The surroundings of a proxy in tests: a LocalAPI, a SOCKS5 port and one peer whose port 80 is a {@link RawTarget}. */
public final class TestTailnet implements QuarkusTestResourceLifecycleManager {

    /** The peer that responds. */
    public static final String PEER = "100.64.0.2";

    /** A port of that peer where nobody listens. */
    public static final int REFUSED_PORT = 81;

    /** What the tables presume to be allowed. */
    public static final String ALLOWED = "10.1.0.0/16,10.9.0.0/16,*.svc.test";

    private static TestTailnet current;

    private final RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    private final TestSocksServer socks = new TestSocksServer();
    private final TestLocalApi localApi = new TestLocalApi(defaultStatus().json());

    public static TestTailnet current() {
        return current;
    }

    /** The tailnet as it is unless a test says otherwise. */
    public static TailnetStatus defaultStatus() {
        return TailnetStatus.joined()
                .peer("target", PEER, "fd7a:115c:a1e0::2")
                .peer("router", true, new JsonArray().add("10.1.0.0/16"), "100.64.0.3");
    }

    public RawTarget target() {
        return target;
    }

    public TestSocksServer socks() {
        return socks;
    }

    public TestLocalApi localApi() {
        return localApi;
    }

    @Override
    public Map<String, String> start() {
        registerDefaults(socks, localApi, target);
        current = this;
        return Map.of(
                ProxyVariables.SOCKS_PORT.name(),
                Integer.toString(socks.port()),
                ProxyVariables.LOCALAPI_SOCKET.name(),
                localApi.socket().toString(),
                ProxyVariables.STATE_FILE.name(),
                localApi.socket() + ".json",
                ProxyVariables.ALLOWED_TARGETS.name(),
                ALLOWED);
    }

    /** Lets the addresses and names of {@link #defaultStatus} that the tables presume lead to a target, or astray. */
    public static void registerDefaults(TestSocksServer socks, TestLocalApi localApi, RawTarget target) {
        for (String address : List.of(PEER, "fd7a:115c:a1e0::2", "10.1.2.3")) {
            socks.route(address, 80, target.port());
        }
        resolves(localApi, "api.svc.test", "10.1.2.3");
        resolves(localApi, "rebind.svc.test", "127.0.0.1");
        resolves(localApi, "mixed.svc.test", "10.1.2.3", "169.254.169.254");
        resolves(localApi, "self.svc.test", TailnetStatus.SELF);
        resolves(localApi, "vpc.svc.test", "172.31.0.5");
    }

    private static void resolves(TestLocalApi localApi, String name, String... addresses) {
        localApi.dns(name + "/A", TestDnsMessages.addresses(name, addresses));
    }

    @Override
    public void stop() {
        localApi.close();
        socks.close();
        target.close();
    }
}
