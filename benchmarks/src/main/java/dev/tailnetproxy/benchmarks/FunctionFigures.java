package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.FirstInvocation;
import dev.tailnetproxy.benchmarks.incontainer.FunctionPayload;
import dev.tailnetproxy.benchmarks.incontainer.FunctionStep;
import dev.tailnetproxy.benchmarks.incontainer.FunctionSteps;
import dev.tailnetproxy.contract.ProxyVariables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What each step of an invocation takes, and the first invocation of a new JVM, without a tailnet: the function's JVM and a
 * target that is its SOCKS5 server itself run as processes of this machine.
 */
final class FunctionFigures {

    /** {@code -Dstarts=3} for a look. */
    private static final int STARTS = Integer.getInteger("starts", 10);

    /** Nobody listens there: it tells the function that it is one, and nothing asks for events. */
    private static final String NO_RUNTIME_API = "127.0.0.1:9";

    private final FunctionProcesses processes;
    private final Consumer<String> progress;

    private FunctionFigures(FunctionProcesses processes, Consumer<String> progress) {
        this.processes = processes;
        this.progress = progress;
    }

    /** The page's tables. */
    static String measure(FunctionBuild build, Consumer<String> progress) throws IOException, InterruptedException {
        if (build.kind() == FunctionBuild.Kind.NATIVE) {
            return "The steps of " + build.archive()
                    + " are not measured, because an executable lets no other code into its process.\n";
        }
        try (FunctionProcesses processes = FunctionProcesses.start(build.archive())) {
            FunctionFigures figures = new FunctionFigures(processes, progress);
            return figures.steps().toString() + "\n" + figures.firstInvocations();
        }
    }

    private StepTable steps() throws IOException, InterruptedException {
        StepTable table = new StepTable();
        progress.accept("measuring the steps of an invocation one by one");
        for (String[] words : processes.run(FunctionSteps.class, Map.of(), processes.socksPort())) {
            table.add(FunctionStep.valueOf(words[1]), FunctionPayload.valueOf(words[2]), Long.parseLong(words[3]));
        }
        return table;
    }

    private String firstInvocations() throws IOException, InterruptedException {
        progress.accept("measuring the first invocation of " + 2 * STARTS + " JVMs");
        List<List<Double>> unprimed = columns();
        List<List<Double>> primed = columns();
        for (int i = 0; i < STARTS; i++) {
            first(unprimed, Map.of());
            first(primed, Map.of(ProxyVariables.LAMBDA_RUNTIME_API.name(), NO_RUNTIME_API));
        }
        return "| a new JVM, median of " + STARTS + ", ms | init phase | first invocation | second | tenth |\n"
                + "|---|---|---|---|---|\n"
                + "| without priming" + cells(unprimed)
                + "| with priming" + cells(primed);
    }

    private void first(List<List<Double>> columns, Map<String, String> environment)
            throws IOException, InterruptedException {
        String[] words = processes.run(FirstInvocation.class, environment).get(0);
        columns.get(0).add(Double.parseDouble(words[1]));
        for (int i = 1; i < columns.size(); i++) {
            columns.get(i).add(Double.parseDouble(words[i + 1]) / 1000);
        }
    }

    private static List<List<Double>> columns() {
        List<List<Double>> columns = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            columns.add(new ArrayList<>());
        }
        return columns;
    }

    private static String cells(List<List<Double>> columns) {
        StringBuilder cells = new StringBuilder();
        columns.forEach(column -> cells.append(" | ").append(Figure.number(Statistics.median(column))));
        return cells.append(" |\n").toString();
    }
}
