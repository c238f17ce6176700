package dev.tailnetproxy.proxy.support;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;

/** TLS in front of a target on a plain socket: its bytes go through as they are. */
public final class TlsTerminator implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final NetClient back = vertx.createNetClient();
    private final int port;

    /** @param certificate a PKCS 12 file of {@link TestCertificates} */
    public TlsTerminator(Path certificate, int targetPort) {
        NetServer server = vertx.createNetServer(new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(
                        new PfxOptions().setPath(certificate.toString()).setPassword(TestCertificates.PASSWORD)));
        server.connectHandler(front -> {
            front.pause();
            back.connect(targetPort, "127.0.0.1")
                    .onFailure(refused -> front.close())
                    .onSuccess(target -> join(front, target));
        });
        port = TestServer.await(server.listen(0, "127.0.0.1")).actualPort();
    }

    private static void join(NetSocket front, NetSocket target) {
        front.pipeTo(target);
        target.pipeTo(front);
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        vertx.close();
    }
}
