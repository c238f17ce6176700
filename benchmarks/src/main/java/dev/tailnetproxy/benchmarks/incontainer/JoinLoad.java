package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Lets many nodes join at a rate, each a tailscaled of its own, and lets them leave again. Joining prints the microseconds
 * of each node, or {@code failed}, and returns while the nodes run; leaving prints the microseconds until all have ended.
 */
public final class JoinLoad {

    private static final Path PROCESSES = Path.of("/tmp/joined-processes");

    private JoinLoad() {}

    /**
     * Joins or leaves.
     *
     * @param arguments {@code join NODES RATE-A-MINUTE AUTH-KEY-FILE} or {@code leave}
     * @throws Exception when it is interrupted, or a folder can't be made
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("join")) {
            join(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Path.of(arguments[3]));
        } else {
            leave();
        }
        System.out.flush();
        // The nodes outlive this process on purpose.
        Runtime.getRuntime().halt(0);
    }

    private static void join(int nodes, int perMinute, Path authKey)
            throws IOException, InterruptedException, ExecutionException {
        long interval = TimeUnit.MINUTES.toNanos(1) / perMinute;
        ExecutorService threads = Executors.newCachedThreadPool();
        List<CompletableFuture<String>> lines = new ArrayList<>();
        List<Long> processes = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < nodes; i++) {
            // A node that is late does not delay those behind it: arrivals do not wait for the server either.
            TimeUnit.NANOSECONDS.sleep(start + i * interval - System.nanoTime());
            NodeByHand node = new NodeByHand("joining-" + i, authKey, Files.createTempDirectory("joining"), List.of());
            lines.add(CompletableFuture.supplyAsync(() -> joined(node, processes), threads));
        }
        for (CompletableFuture<String> line : lines) {
            System.out.println(line.get());
        }
        synchronized (processes) {
            Files.write(PROCESSES, processes.stream().map(String::valueOf).toList());
        }
    }

    private static String joined(NodeByHand node, List<Long> processes) {
        try {
            NodeByHand.Joined joined = node.join();
            synchronized (processes) {
                processes.add(joined.daemon().pid());
            }
            return Long.toString(joined.microseconds());
        } catch (IOException failure) {
            System.err.println(failure.getMessage());
            return "failed";
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "failed";
        }
    }

    private static void leave() throws IOException, ExecutionException, InterruptedException {
        long start = System.nanoTime();
        List<ProcessHandle> nodes = Files.readAllLines(PROCESSES).stream()
                .flatMap(line -> ProcessHandle.of(Long.parseLong(line)).stream())
                .toList();
        nodes.forEach(ProcessHandle::destroy);
        for (ProcessHandle node : nodes) {
            node.onExit().get();
        }
        System.out.println(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
    }
}
