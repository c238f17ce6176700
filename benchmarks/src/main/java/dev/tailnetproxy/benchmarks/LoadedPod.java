package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.LoadGenerator;
import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A build of the proxy as a pod, loaded by clients beside its tailscaled with requests for a target that has no delay. Two of
 * them have the same target, and are to be loaded one after the other.
 */
final class LoadedPod implements AutoCloseable {

    /** Length of a run behind its warm-up. */
    static final int SECONDS = 10;

    /** The path of a response of 1 KB. */
    static final String SMALL_PATH = "/1024";

    private static final int TARGET_PORT = 8093;
    private static final int WARM_UP_CLIENTS = 64;
    private static final int MAX_WARM_UPS = 12;
    /** Of the processor time of a run, when nearly all of the code is compiled. */
    private static final double QUIET_COMPILER = 0.03;

    private final Tailnet tailnet;
    private final EgressPod pod;
    private final Consumer<String> progress;

    /** Starts it; its node takes the name. */
    LoadedPod(Tailnet tailnet, String name, ContainerBuild build, Consumer<String> progress) {
        this.tailnet = tailnet;
        this.progress = progress;
        InContainerClasses.copyTo(tailnet.target());
        TargetProcess.start(tailnet, TARGET_PORT, 0);
        this.pod = tailnet.startPod(name, Map.of(), build.image());
        InContainerClasses.copyTo(pod.tailscaled());
    }

    /**
     * Loads it until the JVM compiles nothing to speak of; other programs are warm at once.
     *
     * @return a sentence for the figures
     */
    String warmUp() {
        for (int run = 1; ; run++) {
            progress.accept("warming the proxy up, run " + run);
            long compiler = compilerTicks();
            long all = ticks(pod.runInProxy("cat", "/proc/1/stat"));
            proxied(WARM_UP_CLIENTS, SMALL_PATH);
            double share = (double) (compilerTicks() - compiler)
                    / Math.max(1, ticks(pod.runInProxy("cat", "/proc/1/stat")) - all);
            if (share <= QUIET_COMPILER || run == MAX_WARM_UPS) {
                return "Measured after " + run + " such runs of " + WARM_UP_CLIENTS
                        + " clients, in the last of which the JVM's compiler took " + Figure.number(share * 100)
                        + " % of the processor time.";
            }
        }
    }

    /** The load through SOCKS5, without the proxy. */
    LoadResult straight(int clients, String path) {
        return load("socks", EgressPod.SOCKS_PORT, clients, path);
    }

    /** The load through the proxy. */
    LoadResult proxied(int clients, String path) {
        return load("proxy", EgressPod.PORT, clients, path);
    }

    private LoadResult load(String way, int port, int clients, String path) {
        long proxy = ticks(pod.runInProxy("cat", "/proc/1/stat"));
        long tailscaled = tailscaledTicks();
        String output = pod.run(InContainerClasses.command(
                LoadGenerator.class, way, port, tailnet.target().address(), TARGET_PORT, clients, SECONDS, path));
        return LoadResult.of(
                output, ticks(pod.runInProxy("cat", "/proc/1/stat")) - proxy, tailscaledTicks() - tailscaled);
    }

    private long tailscaledTicks() {
        return ticks(pod.run("sh", "-c", "cat /proc/$(pgrep -o -x tailscaled)/stat"));
    }

    private long compilerTicks() {
        return pod.runInProxy("sh", "-c", "cat /proc/1/task/*/stat")
                .lines()
                .filter(line -> line.contains("CompilerThre"))
                .mapToLong(LoadedPod::ticks)
                .sum();
    }

    /** User and system time of a line of {@code /proc/PID/stat}. */
    private static long ticks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    @Override
    public void close() {
        pod.close();
    }
}
