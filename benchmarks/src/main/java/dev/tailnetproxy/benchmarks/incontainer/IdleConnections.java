package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections through a forward that are used once and then idle. Prints {@code before KILOBYTES} and
 * {@code with KILOBYTES}: the proportional set sizes of tailscaled and of the extension together.
 */
public final class IdleConnections {

    private static final int SETTLE_SECONDS = 5;

    private IdleConnections() {}

    /**
     * Measures.
     *
     * @param arguments port of the forward, and how many connections
     * @throws IOException when a connection fails
     * @throws InterruptedException when somebody has had enough
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        int number = Integer.parseInt(arguments[1]);
        try (EchoConnection first = EchoConnection.throughForward(port, "echo")) {
            first.exchange();
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            System.out.println("before " + kilobytes());
        }
        List<EchoConnection> open = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            EchoConnection connection = EchoConnection.throughForward(port, "echo");
            connection.exchange();
            open.add(connection);
        }
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        System.out.println("with " + kilobytes());
        for (EchoConnection connection : open) {
            connection.exchange();
            connection.close();
        }
    }

    private static long kilobytes() throws IOException {
        long sum = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (Files.readString(process.resolve("comm")).strip().equals("tailscaled")) {
                    sum += Files.readAllLines(process.resolve("smaps_rollup")).stream()
                            .filter(line -> line.startsWith("Pss:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                            .sum();
                }
            }
        }
        return sum;
    }
}
