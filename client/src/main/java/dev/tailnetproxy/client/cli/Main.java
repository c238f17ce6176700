package dev.tailnetproxy.client.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
        Map<String, String> environment = System.getenv();
        System.exit(RequestCommand.run(System.in, System.out, errors, environment, arguments));
    }
}
