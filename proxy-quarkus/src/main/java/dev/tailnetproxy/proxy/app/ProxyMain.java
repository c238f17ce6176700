package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.proxy.lambda.IdleRuntimeApi;
import dev.tailnetproxy.proxy.logging.BatchedOutput;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The program: the container's, and a native function's. Managed Java runtimes call Quarkus's handler instead. */
@QuarkusMain
public final class ProxyMain {

    private static final String RUNTIME_API_VARIABLE = ProxyVariables.LAMBDA_RUNTIME_API.name();
    private static final String HTTP_PORT_VARIABLE = ProxyVariables.HTTP_PORT.name();

    private ProxyMain() {}

    /**
     * Runs until the process is told to stop. Outside of Lambda it ends at once, with status 1 and a sentence, when there is
     * no port that anybody could send a request to.
     *
     * @param arguments none that the proxy reads
     * @throws IOException when there is no free port on this machine's own address
     */
    public static void main(String[] arguments) throws IOException {
        if (isSet(System.getenv(RUNTIME_API_VARIABLE))) {
            Quarkus.run(arguments);
            return;
        }
        if (!isSet(System.getenv(HTTP_PORT_VARIABLE)) && !isSet(System.getProperty(HTTP_PORT_VARIABLE))) {
            System.err.println(HTTP_PORT_VARIABLE + " is not set: outside Lambda the proxy receives requests on "
                    + "that port only. Set it to a port number, such as 8080.");
            System.exit(1);
        }
        writeOutputInBatches();
        IdleRuntimeApi idleRuntimeApi = IdleRuntimeApi.open();
        try {
            Quarkus.run(arguments);
        } finally {
            idleRuntimeApi.close();
        }
    }

    /** Before anything of the log is loaded, which keeps the stream that it finds. A function's log is written at once. */
    private static void writeOutputInBatches() {
        BatchedOutput output = BatchedOutput.to(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(output, false, StandardCharsets.UTF_8));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(output), "end of the output"));
    }

    private static void close(BatchedOutput output) {
        try {
            output.close();
        } catch (IOException e) {
            System.err.println("the last output can't be written: " + e.getMessage());
        }
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isBlank();
    }
}
