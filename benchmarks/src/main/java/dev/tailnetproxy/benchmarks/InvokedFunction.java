package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.FunctionPayload;
import dev.tailnetproxy.benchmarks.incontainer.InvocationTimer;
import dev.tailnetproxy.benchmarks.incontainer.NoOpFunction;
import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult.Returned;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A function whose invocations are timed, in execution environments with the layer.
 *
 * @param targetPort where a {@code LoadTarget} listens on the tailnet's private machine
 * @param settings of the environment
 * @param change of the environment before it starts
 */
record InvokedFunction(
        Tailnet tailnet,
        int targetPort,
        Path archive,
        Map<String, String> settings,
        Consumer<ExecutionEnvironment> change) {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    InvokedFunction {
        settings = Map.copyOf(settings);
    }

    /** The proxy. */
    static InvokedFunction of(Tailnet tailnet, int targetPort, FunctionBuild build) {
        FunctionBuild.Kind kind = build.kind();
        Map<String, String> settings = new HashMap<>(kind.variables());
        settings.put(LayerVariables.HOSTNAME.name(), "invoked-" + kind.word().toLowerCase(Locale.ROOT));
        return new InvokedFunction(tailnet, targetPort, build.archive(), settings, InContainerClasses::addTo);
    }

    /**
     * One that does nothing.
     *
     * @param archive any one for the managed runtime; another handler than its own is invoked
     */
    static InvokedFunction noOp(Tailnet tailnet, int targetPort, Path archive) {
        return new InvokedFunction(
                tailnet,
                targetPort,
                archive,
                Map.of(LayerVariables.HOSTNAME.name(), "invoked-no-op"),
                environment -> InContainerClasses.addToFunction(environment, NoOpFunction.class));
    }

    /** The medians of many invocations of one environment. */
    Map<FunctionPayload, InvocationTimes> times() {
        Map<FunctionPayload, InvocationTimes> all = new EnumMap<>(FunctionPayload.class);
        try (MeasuredEnvironment environment = start()) {
            String[] command = InContainerClasses.command(
                    InvocationTimer.class,
                    ExecutionEnvironment.SOCKS_PORT,
                    tailnet.target().address(),
                    targetPort);
            for (String line : environment.run(command)) {
                InvocationTimes.of(line).ifPresent(times -> all.put(times.payload(), times));
            }
        }
        return all;
    }

    /** From the first event of a new environment to its response, in milliseconds. */
    double coldStart() throws IOException, InterruptedException {
        byte[] event = FunctionPayload.GET.event(tailnet.target().address(), targetPort);
        try (MeasuredEnvironment environment = start()) {
            RuntimeInterfaceEmulator emulator =
                    new RuntimeInterfaceEmulator(environment.container().invocations(), TIMEOUT);
            long begin = System.nanoTime();
            InvocationResult result = emulator.invoke(event);
            double millis = (System.nanoTime() - begin) / 1e6;
            if (!(result instanceof Returned returned) || !NoOpFunction.isOk(returned.json())) {
                throw new IllegalStateException("the first invocation failed: " + result);
            }
            return millis;
        }
    }

    private MeasuredEnvironment start() {
        return new MeasuredEnvironment(tailnet.startFunction(new DeployedFunction.Archive(archive), settings, change));
    }
}
