package dev.tailnetproxy.client.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;

/** Starts the command line. */
public final class Main {

    private Main() {}

    /**
     * Runs.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        // Otherwise the SDK's logging facade warns on standard error that no logger is bound.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        PrintWriter errors = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        if (arguments.length > 0 && arguments[0].equals(DeadLettersCommand.NAME)) {
            System.exit(DeadLettersCommand.run(
                    System.out,
                    errors,
                    DeadLetterQueue::fromEnvironment,
                    Clock.systemUTC(),
                    Arrays.copyOfRange(arguments, 1, arguments.length)));
        }
        Map<String, String> environment = System.getenv();
        System.exit(RequestCommand.run(System.in, System.out, errors, environment, arguments));
    }
}
