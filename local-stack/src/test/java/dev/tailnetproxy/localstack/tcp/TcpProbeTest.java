package dev.tailnetproxy.localstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The probe sees what the integration tests ask it for, without anything between it and the target. */
class TcpProbeTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String HOST = LOOPBACK.getHostAddress();

    @TempDir
    private Path folder;

    private final ExecutorService connections = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        connections.shutdownNow();
    }

    private int target() throws IOException {
        return new TcpTarget(connections, LOOPBACK, 0).start();
    }

    /** A server that does something else with each connection. */
    private int server(Connection behaviour) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, LOOPBACK);
        connections.execute(() -> {
            try (server) {
                while (true) {
                    Socket connection = server.accept();
                    behaviour.serve(connection);
                }
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        });
        return server.getLocalPort();
    }

    private interface Connection {
        void serve(Socket connection) throws IOException;
    }

    @Test
    void bytesComeBack() throws Exception {
        TransferScenarios transfers = new TransferScenarios(HOST, target());

        assertThat(transfers.bothWays(3_000_000)).isEqualTo("same");
        assertThat(transfers.halfClose(3_000_000)).isEqualTo("same");
        assertThat(transfers.atOnce(20)).isEqualTo("same");
        assertThat(transfers.slowReader(30_000_000)).endsWith(" same").doesNotStartWith("30000000");
    }

    @Test
    void missingAndOtherBytesAreSeen() throws Exception {
        int port = server(connection -> {
            connection.getInputStream().readAllBytes();
            connection.getOutputStream().write(7);
            connection.close();
        });

        assertThat(new TransferScenarios(HOST, port).halfClose(1000)).isEqualTo("other");
        assertThat(new TransferScenarios(HOST, port).bothWays(1000)).isEqualTo("other");
    }

    @Test
    void resetsAreToldFromEnds() throws Exception {
        int resets = server(connection -> {
            connection.setSoLinger(true, 0);
            connection.close();
        });
        int ends = server(connection -> {
            connection.shutdownOutput();
            connection.getInputStream().readAllBytes();
            connection.close();
        });

        assertThat(new EndScenarios(HOST, target()).resetByTarget(100_000)).isEqualTo("100000 bytes, reset");
        assertThat(new EndScenarios(HOST, resets).refused()).isEqualTo("reset");
        assertThat(new EndScenarios(HOST, resets).untilLimit()).isEqualTo("0 open, then reset");
        assertThat(new EndScenarios(HOST, ends).refused()).isEqualTo("end");
        assertThat(new EndScenarios(HOST, ends).untilLimit()).isEqualTo("0 open, then end");
    }

    @Test
    void queriesGoOnUntilTheyAreInterrupted() throws Exception {
        Path interruption = folder.resolve("interruption");
        AtomicInteger queries = new AtomicInteger();
        int port = server(connection -> {
            connection.getInputStream().readNBytes("echo\n".length());
            while (connection.getInputStream().read() == 'q') {
                if (queries.incrementAndGet() == 50) {
                    Files.createFile(interruption);
                }
                connection.getOutputStream().write('q');
            }
        });

        assertThat(new QueryLoad(HOST, port).run(interruption, 3, 5000)).isEqualTo("recovered");
        assertThat(queries).hasValueGreaterThanOrEqualTo(53);
    }

    @Test
    void queriesSucceedAgainAfterFailures() throws Exception {
        int port = server(connection -> {
            connection.getInputStream().readNBytes("echo\nq".length());
            connection.getOutputStream().write('q');
            connection.close();
        });

        assertThat(new QueryLoad(HOST, port).run(folder, 3, 5000)).isEqualTo("recovered");
    }

    @Test
    void silentQueryTakesTooLong() throws Exception {
        int port = server(connection -> connection.getInputStream().readNBytes(1));

        assertThat(new QueryLoad(HOST, port).run(folder, 1, 200)).isEqualTo("a query took too long");
    }
}
