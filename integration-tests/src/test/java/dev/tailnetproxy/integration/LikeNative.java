package dev.tailnetproxy.integration;

import io.quarkus.amazon.lambda.runtime.AmazonLambdaRecorder;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.ShutdownContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The proxy's program on the JVM with what Quarkus's Lambda extension adds to native executables alone: the loop that asks
 * for invocations. Run as a process, with the function's archive in the class path.
 */
public final class LikeNative {

    /** Printed when the loop waits for a response. */
    static final String LOOP_WAITS = "the loop waits";

    /** Printed when the loop is over. */
    static final String LOOP_ENDED = "the loop ended";

    private static final String PROGRAM = "dev.tailnetproxy.proxy.app.ProxyMain";
    private static final String LOOP = "Lambda Thread (" + LaunchMode.NORMAL + ")";
    private static final long GLANCE_MILLIS = 10;

    private LikeNative() {}

    /**
     * Runs the program.
     *
     * @param arguments {@code loop} starts the loop as a native executable does; {@code stop} stops the application once
     *     it has started, as anything in the process may
     * @throws ReflectiveOperationException when the program is not in the class path
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread beside = new Thread(arguments[0].equals("loop") ? LikeNative::loop : LikeNative::stop);
        beside.setDaemon(true);
        beside.start();
        Class.forName(PROGRAM).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }

    private static void stop() {
        await(LikeNative::started);
        Application.currentApplication().stop();
    }

    private static void loop() {
        await(() -> Application.currentApplication() != null);
        new AmazonLambdaRecorder(new RuntimeValue<>()).startPollLoop(new WhenItStops(), LaunchMode.NORMAL);
        await(() -> loopThread().map(LikeNative::waitsForAResponse).orElse(true));
        System.out.println(loopThread().isPresent() ? LOOP_WAITS : LOOP_ENDED);
    }

    private static boolean started() {
        Application application = Application.currentApplication();
        return application != null && application.isStarted();
    }

    private static Optional<Thread> loopThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(LOOP))
                .findFirst();
    }

    private static boolean waitsForAResponse(Thread loop) {
        return Arrays.stream(loop.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("parseHTTPHeader"));
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            try {
                Thread.sleep(GLANCE_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stop);
            }
        }
    }

    /** Tells the loop to end while the application stops, as the application itself does in a native executable. */
    private static final class WhenItStops implements ShutdownContext {

        @Override
        public void addShutdownTask(Runnable task) {
            Thread watch = new Thread(() -> {
                await(LikeNative::started);
                await(() -> !started());
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
