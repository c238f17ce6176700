package dev.tailnetproxy.integration;

import io.quarkus.amazon.lambda.runtime.AmazonLambdaRecorder;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.ShutdownContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Scanner;

/**
 * The proxy's program on the JVM with what Quarkus's Lambda extension adds to native executables alone: the loop that asks
 * for invocations. Run as a process, with the function's archive in the class path.
 */
public final class PollLoopProcess {

    /** Printed when the loop waits for a response. */
    static final String LOOP_POLLING = "the loop waits";

    /** Printed when the loop is over. */
    static final String LOOP_ENDED = "the loop ended";

    private static final String PROGRAM = "dev.tailnetproxy.proxy.app.ProxyMain";
    private static final String LOOP = "Lambda Thread (" + LaunchMode.NORMAL + ")";

    private PollLoopProcess() {}

    /**
     * Runs the program. Meanwhile each line of its input is an order: {@code loop} starts the loop as a native executable
     * does, {@code look} prints what the loop does, {@code stop} stops the application, as anything in the process may.
     *
     * @param arguments none
     * @throws ReflectiveOperationException when the program is not in the class path
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread orders = new Thread(PollLoopProcess::readCommands);
        orders.setDaemon(true);
        orders.start();
        Class.forName(PROGRAM).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }

    private static void readCommands() {
        try (Scanner orders = new Scanner(System.in, StandardCharsets.UTF_8)) {
            while (orders.hasNextLine()) {
                switch (orders.nextLine()) {
                    case "loop" ->
                        new AmazonLambdaRecorder(new RuntimeValue<>())
                                .startPollLoop(new StopOnApplicationShutdown(), LaunchMode.NORMAL);
                    case "look" -> printLoopState();
                    case "stop" -> Application.currentApplication().stop();
                    default -> throw new IllegalArgumentException("orders are loop, look and stop");
                }
            }
        }
    }

    private static void printLoopState() {
        Optional<Thread> loop = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(LOOP))
                .findFirst();
        if (loop.isEmpty()) {
            System.out.println(LOOP_ENDED);
        } else if (isPolling(loop.get())) {
            System.out.println(LOOP_POLLING);
        }
    }

    private static boolean isPolling(Thread loop) {
        return Arrays.stream(loop.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("parseHTTPHeader"));
    }

    /** Tells the loop to end when the application stops, as the application itself does in a native executable. */
    private static final class StopOnApplicationShutdown implements ShutdownContext {

        @Override
        public void addShutdownTask(Runnable task) {
            Thread watch = new Thread(() -> {
                Application.currentApplication().awaitShutdown();
                task.run();
            });
            watch.setDaemon(true);
            watch.start();
        }

        @Override
        public void addLastShutdownTask(Runnable task) {
            addShutdownTask(task);
        }
    }
}
