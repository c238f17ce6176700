package dev.tailnetproxy.benchmarks.incontainer;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;

/**
 * The first invocations of a function in a JVM that has just begun. Prints {@code step}, the milliseconds from the JVM's
 * start to the end of the init phase, and the microseconds of the first, the second and the tenth invocation, with tabs
 * between them.
 */
public final class FirstInvocation {

    private static final int INVOCATIONS = 10;

    private FirstInvocation() {}

    /**
     * Measures.
     *
     * @param arguments none
     * @throws Exception when the function can't be started
     */
    public static void main(String[] arguments) throws Exception {
        InProcessHandler function = new InProcessHandler();
        long init = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        byte[] event = FunctionPayload.GET.event();
        long[] micros = new long[INVOCATIONS];
        for (int i = 0; i < INVOCATIONS; i++) {
            long begin = System.nanoTime();
            function.invoke(event, new ByteArrayOutputStream());
            micros[i] = (System.nanoTime() - begin) / 1000;
        }
        System.out.println(String.join(
                "\t",
                FunctionStep.WORD,
                Long.toString(init),
                Long.toString(micros[0]),
                Long.toString(micros[1]),
                Long.toString(micros[INVOCATIONS - 1])));
        System.exit(0);
    }
}
