package dev.tailnetproxy.localstack.functionurl;

import java.io.IOException;

/** Invokes a function and waits for its result. */
@FunctionalInterface
public interface FunctionInvoker {

    /**
     * Invokes once.
     *
     * @param event the event as JSON
     * @return its result
     * @throws IOException when the function's environment can't be reached at all
     * @throws InterruptedException when the waiting thread is interrupted
     */
    InvocationResult invoke(byte[] event) throws IOException, InterruptedException;

    /** The result of an invocation. */
    sealed interface InvocationResult {

        /** The function returned this JSON. */
        record Returned(String json) implements InvocationResult {}

        /** The function failed, ran out of time or never started; the text is for a log. */
        record Failed(String reason) implements InvocationResult {}
    }
}
