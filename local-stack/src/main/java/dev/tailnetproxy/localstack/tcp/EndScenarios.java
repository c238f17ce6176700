package dev.tailnetproxy.localstack.tcp;

import dev.tailnetproxy.localstack.tcp.ProbeConnection.End;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How connections end. */
final class EndScenarios {

    /** Longer than the one wait for a silent target. */
    private static final int SILENCE_MILLIS = 8000;

    private static final int MAX_CONNECTIONS = 1000;

    private final String host;
    private final int port;

    EndScenarios(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** Receives so many bytes; then the target resets the connection. */
    String resetByTarget(long length) throws IOException {
        try (ProbeConnection connection = ProbeConnection.open(host, port, "reset " + length)) {
            int received = connection.in().readNBytes(Math.toIntExact(length)).length;
            connection.out().write(1);
            return received + " bytes, "
                    + word(connection.timeout(SILENCE_MILLIS).awaitEnd());
        }
    }

    /** Sends a request of HTTP, which servers that it must not reach would log, and waits for the end. */
    String refused() throws IOException {
        try (ProbeConnection connection = ProbeConnection.open(host, port, "")) {
            connection.out().write("GET /moto-api/?let-loose HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return word(connection.timeout(SILENCE_MILLIS).awaitEnd());
        } catch (ConnectException refused) {
            throw refused;
        } catch (SocketException already) { // it may arrive before connect or write has returned
            return word(End.RESET);
        }
    }

    /** Uses a connection, says that it is open, and waits for its end as long as it takes. */
    String waitForEnd() throws IOException {
        try (ProbeConnection connection = ProbeConnection.open(host, port, "echo")) {
            String used = connection.exchange('a') == 'a' ? "used, " : "not used, ";
            return used + word(connection.timeout(0).awaitEnd());
        }
    }

    /** Opens connections until one is reset, and tells how many were open then. */
    String untilLimit() throws IOException {
        List<ProbeConnection> open = new ArrayList<>();
        int used = 0;
        try {
            while (used < MAX_CONNECTIONS) {
                ProbeConnection connection = ProbeConnection.open(host, port, "echo");
                open.add(connection);
                if (connection.timeout(SILENCE_MILLIS).exchange('a') != 'a') {
                    return used + " open, then " + word(End.END);
                }
                used++;
            }
            return used + " open";
        } catch (ConnectException refused) {
            return used + " open, then refused";
        } catch (SocketException reset) {
            return used + " open, then " + word(End.RESET);
        } finally {
            for (ProbeConnection connection : open) {
                connection.close();
            }
        }
    }

    private static String word(End end) {
        return end.name().toLowerCase(Locale.ROOT);
    }
}
