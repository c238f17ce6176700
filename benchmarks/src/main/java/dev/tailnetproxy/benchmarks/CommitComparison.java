package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Compares the container of this checkout with the one of a commit before, under the same load in the same tailnet. Status 1
 * when it takes too much more of the processors.
 */
public final class CommitComparison {

    private static final int CLIENTS = 64;
    /** An even number: each build is the first one of half of the pairs. */
    private static final int PAIRS = 6;

    private static final String BUILT_NOW = "this checkout";

    private final LoadedPod before;
    private final LoadedPod after;
    private final Consumer<String> progress;

    private CommitComparison(LoadedPod before, LoadedPod after, Consumer<String> progress) {
        this.before = before;
        this.after = after;
        this.progress = progress;
    }

    /**
     * Compares.
     *
     * @param arguments the image of the build before, and what it is called
     * @throws IllegalArgumentException when nothing was measured in a run
     */
    public static void main(String[] arguments) {
        String image = arguments[0];
        String name = arguments[1];
        Artifacts artifacts = Artifacts.of(Path.of(System.getProperty("repository")));
        if (image.equals(artifacts.proxyContainer())) {
            Benchmark.say(name + " and " + BUILT_NOW + " have the same image, " + image
                    + ", so that there is nothing to compare; name another commit");
            return;
        }
        FunctionBuild function = FunctionBuild.of(artifacts.function());
        BuildComparison comparison = compare(
                artifacts,
                new ContainerBuild(function, image),
                new ContainerBuild(function, artifacts.proxyContainer()));
        System.out.println();
        System.out.print(comparison.report(name, BUILT_NOW));
        System.exit(comparison.passes() ? 0 : 1);
    }

    private static BuildComparison compare(Artifacts artifacts, ContainerBuild before, ContainerBuild after) {
        try (Tailnet tailnet = Tailnet.start(artifacts, Benchmark::say);
                LoadedPod podBefore =
                        new LoadedPod(tailnet, "load-before", before, text -> Benchmark.say("the commit: " + text));
                LoadedPod podAfter =
                        new LoadedPod(tailnet, "load-after", after, text -> Benchmark.say(BUILT_NOW + ": " + text))) {
            podBefore.warmUp();
            podAfter.warmUp();
            return new CommitComparison(podBefore, podAfter, Benchmark::say).measure();
        }
    }

    private BuildComparison measure() {
        List<BuildComparison.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            progress.accept("loading both with " + CLIENTS + " clients, pair " + (i + 1) + " of " + PAIRS);
            pairs.add(pair(i % 2 == 0));
        }
        return new BuildComparison(pairs);
    }

    /** What drifts from run to run is for one build in half of the pairs, and against it in the others. */
    private BuildComparison.Pair pair(boolean beforeIsFirst) {
        if (beforeIsFirst) {
            double ofBefore = ratio("the commit", before);
            return new BuildComparison.Pair(ofBefore, ratio(BUILT_NOW, after));
        }
        double ofAfter = ratio(BUILT_NOW, after);
        return new BuildComparison.Pair(ratio("the commit", before), ofAfter);
    }

    private double ratio(String name, LoadedPod pod) {
        LoadResult run = pod.proxied(CLIENTS, LoadedPod.SMALL_PATH);
        progress.accept(name + ": " + Figure.number(run.proxyMicros()) + " µs for a request, its tailscaled "
                + Figure.number(run.tailscaledMicros()) + " µs; " + run.sentence());
        return run.timesTailscaled();
    }
}
