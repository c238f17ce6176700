package dev.tailnetproxy.proxy.lambda;

import io.quarkus.amazon.lambda.runtime.AbstractLambdaPollLoop;
import io.quarkus.amazon.lambda.runtime.AmazonLambdaApi;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * A runtime API outside Lambda: it takes the question for the next invocation and never has one.
 *
 * <p>A native executable of Quarkus's Lambda extension asks for invocations wherever it runs, and stops the application
 * when nobody can be asked. There is no setting against that. Where to ask is a system property, which the extension's own
 * test server uses too, and a question that waits is what the extension is made for.
 */
public final class IdleRuntimeApi implements Closeable {

    private static final String RUNTIME_API_PROPERTY = AmazonLambdaApi.QUARKUS_INTERNAL_AWS_LAMBDA_TEST_API;

    /** What it says is untrue here: that it listens, and, when the process is told to stop, that something failed. */
    private static final String POLL_LOOP_LOG_LEVEL =
            "quarkus.log.category.\"" + AbstractLambdaPollLoop.class.getName() + "\".level";

    /** Nobody accepts on it: the kernel completes the one connection, and the question waits in its buffer. */
    private final ServerSocket listener;

    private IdleRuntimeApi(ServerSocket listener) {
        this.listener = listener;
    }

    /**
     * Opens it on this machine's own address and tells the extension, unless somebody has told it another one. Before the
     * application starts.
     */
    public static IdleRuntimeApi open() throws IOException {
        IdleRuntimeApi opened = new IdleRuntimeApi(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        setUnlessSet(RUNTIME_API_PROPERTY, "127.0.0.1:" + opened.listener.getLocalPort());
        setUnlessSet(POLL_LOOP_LOG_LEVEL, "OFF");
        return opened;
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
