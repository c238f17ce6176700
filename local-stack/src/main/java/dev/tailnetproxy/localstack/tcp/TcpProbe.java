package dev.tailnetproxy.localstack.tcp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A program without SOCKS5: it opens TCP connections, and prints in one line what became of them. It runs in containers.
 */
public final class TcpProbe {

    /** The file that is there when what interrupts queries has happened. */
    public static final String INTERRUPTION = "/tmp/interruption-of-queries";

    private TcpProbe() {}

    /**
     * Runs one scenario.
     *
     * @param arguments its name, host and port, and what the scenario needs more
     * @throws IOException when it could not be carried out
     * @throws InterruptedException when somebody has had enough
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String host = arguments[1];
        int port = Integer.parseInt(arguments[2]);
        List<Long> numbers =
                Arrays.stream(arguments).skip(3).map(Long::parseLong).toList();
        TransferScenarios transfers = new TransferScenarios(host, port);
        EndScenarios ends = new EndScenarios(host, port);
        String result =
                switch (arguments[0]) {
                    case "both-ways" -> transfers.bothWays(numbers.get(0));
                    case "half-close" -> transfers.halfClose(numbers.get(0));
                    case "slow-reader" -> transfers.slowReader(numbers.get(0));
                    case "at-once" -> transfers.atOnce(Math.toIntExact(numbers.get(0)));
                    case "reset-by-target" -> ends.resetByTarget(numbers.get(0));
                    case "refused" -> ends.refused();
                    case "wait-for-end" -> ends.waitForEnd();
                    case "until-limit" -> ends.untilLimit();
                    case "queries" ->
                        new QueryLoad(host, port)
                                .run(Path.of(INTERRUPTION), numbers.get(0).intValue(), numbers.get(1));
                    default -> throw new IllegalArgumentException(arguments[0]);
                };
        System.out.println(result);
        System.exit(0);
    }
}
