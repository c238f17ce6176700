package dev.tailnetproxy.proxy.support;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** What work takes of the heap. It is counted and not timed, so that a busy machine changes nothing. */
public final class AllocatedBytes {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Classes are loaded and call sites linked by then. */
    private static final int ROUNDS = 1_000;

    /** With other threads a round is a whole exchange. */
    private static final int EXCHANGES = 300;

    private AllocatedBytes() {}

    /** For each time that this thread does the work. */
    public static long perRun(Callable<?> work) throws Exception {
        repeat(ROUNDS, work);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        repeat(ROUNDS, work);
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    }

    /** For each time that threads with such names do what this thread asks them for. */
    public static long perRunIn(Predicate<String> names, Callable<?> work) throws Exception {
        repeat(EXCHANGES, work);
        long before = allocated(names);
        repeat(EXCHANGES, work);
        return (allocated(names) - before) / EXCHANGES;
    }

    private static long allocated(Predicate<String> names) {
        long[] ids = Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(info -> info != null && names.test(info.getThreadName()))
                .mapToLong(ThreadInfo::getThreadId)
                .toArray();
        return Arrays.stream(THREADS.getThreadAllocatedBytes(ids)).sum();
    }

    private static void repeat(int times, Callable<?> work) throws Exception {
        for (int i = 0; i < times; i++) {
            var unused = work.call();
        }
    }
}
