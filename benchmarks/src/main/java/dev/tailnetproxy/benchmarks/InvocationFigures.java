package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.FunctionPayload;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the function adds to an invocation of one that does nothing, through the emulator and AWS's runtime client. */
final class InvocationFigures {

    private static final int TARGET_PORT = 8092;
    private static final double AT_MOST_TIMES_LARGE = 1.25;
    private static final double AT_MOST_COLD_MILLIS = 1000;

    /** {@code -Dstarts=3} for a look. */
    private static final int STARTS = Integer.getInteger("starts", 7);

    private final FunctionBuild.Kind kind;
    private final InvokedFunction noOp;
    private final InvokedFunction function;

    private InvocationFigures(FunctionBuild.Kind kind, InvokedFunction noOp, InvokedFunction function) {
        this.kind = kind;
        this.noOp = noOp;
        this.function = function;
    }

    /**
     * Measures.
     *
     * @param archive any one for the managed runtime, for the function that does nothing
     */
    static List<Figure> measure(Tailnet tailnet, Path archive, FunctionBuild build)
            throws IOException, InterruptedException {
        InContainerClasses.copyTo(tailnet.target());
        TargetProcess.start(tailnet, TARGET_PORT, 0);
        InvocationFigures figures = new InvocationFigures(
                build.kind(),
                InvokedFunction.noOp(tailnet, TARGET_PORT, archive),
                InvokedFunction.of(tailnet, TARGET_PORT, build));
        List<Figure> all = new ArrayList<>();
        all.add(figures.coldStart());
        all.addAll(figures.warm());
        return all;
    }

    /** The tailnet's join is in both. */
    private Figure coldStart() throws IOException, InterruptedException {
        List<Double> floors = new ArrayList<>();
        List<Double> functions = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            floors.add(noOp.coldStart());
            functions.add(function.coldStart());
        }
        return Figure.atMost(
                "Cold start to the first response, " + kind.word(),
                Math.rint(Statistics.median(functions)),
                AT_MOST_COLD_MILLIS,
                "ms",
                STARTS
                        + " new environments through the emulator, from the event to the response, of which the start of the "
                        + "runtime, the layer's join and a GET are parts. " + Statistics.describe(functions)
                        + ". A function that does nothing, which does not wait for a target: "
                        + Statistics.describe(floors) + ".");
    }

    private List<Figure> warm() {
        Map<FunctionPayload, InvocationTimes> floors = noOp.times();
        Map<FunctionPayload, InvocationTimes> functions = function.times();
        List<Figure> figures = new ArrayList<>();
        for (FunctionPayload payload : FunctionPayload.values()) {
            figures.add(warm(
                    payload,
                    Objects.requireNonNull(floors.get(payload), payload::name),
                    Objects.requireNonNull(functions.get(payload), payload::name)));
        }
        return figures;
    }

    private Figure warm(FunctionPayload payload, InvocationTimes floor, InvocationTimes measured) {
        String suffix = ", " + payload.title() + ", " + kind.word();
        String how = "Median through the emulator, one client: " + measured.sentence()
                + " A function that does nothing: " + floor.sentence();
        if (payload == FunctionPayload.GET) {
            double straight = (floor.straightMillis() + measured.straightMillis()) / 2;
            return Figure.atMost(
                    "What the function adds to one that does nothing, relative to SOCKS5" + suffix,
                    rounded((measured.invocationMillis() - floor.invocationMillis()) / straight),
                    kind == FunctionBuild.Kind.JVM ? 2.0 : 1.4,
                    "times",
                    how);
        }
        return Figure.atMost(
                "Invocation, relative to a function that does nothing" + suffix,
                rounded(measured.invocationMillis() / floor.invocationMillis()),
                AT_MOST_TIMES_LARGE,
                "times",
                how);
    }

    private static double rounded(double times) {
        return Math.rint(times * 100) / 100;
    }
}
