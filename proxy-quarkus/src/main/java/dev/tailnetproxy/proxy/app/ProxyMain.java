package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.proxy.lambda.NoInvocations;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;

/** The program: the container's, and a native function's. Managed Java runtimes call Quarkus's handler instead. */
@QuarkusMain
public final class ProxyMain {

    private static final String SET_BY_LAMBDA = "AWS_LAMBDA_RUNTIME_API";

    private ProxyMain() {}

    /**
     * Runs until the process is told to stop.
     *
     * @param arguments none that the proxy reads
     * @throws IOException when there is no free port on this machine's own address
     */
    public static void main(String[] arguments) throws IOException {
        String runtimeApi = System.getenv(SET_BY_LAMBDA);
        if (runtimeApi != null && !runtimeApi.isBlank()) {
            Quarkus.run(arguments);
            return;
        }
        NoInvocations none = NoInvocations.open();
        try {
            Quarkus.run(arguments);
        } finally {
            none.close();
        }
    }
}
