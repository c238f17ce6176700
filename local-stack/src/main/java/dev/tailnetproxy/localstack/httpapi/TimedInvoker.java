package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Invokes functions and stops waiting after a time. The function is not stopped: it does not know that nobody waits. */
final class TimedInvoker {

    private final ExecutorService threads;
    private final Duration limit;

    TimedInvoker(ExecutorService threads, Duration limit) {
        this.threads = threads;
        this.limit = limit;
    }

    /** The result; empty when there is none within the time. */
    Optional<InvocationResult> invoke(FunctionInvoker function, byte[] event) throws IOException, InterruptedException {
        Future<InvocationResult> result = threads.submit(() -> function.invoke(event));
        try {
            return Optional.of(result.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException failure) {
            throw new IOException("the function can't be invoked", failure.getCause());
        }
    }
}
