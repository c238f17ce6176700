package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The least time that joining can take, by a node that is started by hand, with the ports of the layer. */
final class BaselineStart {

    private final NodeByHand node;

    BaselineStart(String hostname, Path authKey) throws IOException {
        this.node = new NodeByHand(
                hostname,
                authKey,
                Files.createTempDirectory("by-hand"),
                List.of("--socks5-server=127.0.0.1:1056", "--outbound-http-proxy-listen=127.0.0.1:1056"));
    }

    long microseconds() throws IOException, InterruptedException {
        NodeByHand.Joined joined = node.join();
        joined.daemon().destroy(); // SIGTERM: with its state in memory it logs out
        joined.daemon().waitFor();
        return joined.microseconds();
    }
}
