package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.StartTimer;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.images.builder.Transferable;

/** How much the extension adds to the time that tailscaled itself needs to join. */
final class StartFigures {

    private static final int ROUNDS = 10;
    private static final double AT_MOST_MILLIS = 150;
    private static final String AUTH_KEY = "/var/benchmarks/auth-key";

    private StartFigures() {}

    static List<Figure> measure(Tailnet tailnet, DeployedFunction function) {
        List<String> lines;
        try (MeasuredEnvironment environment =
                new MeasuredEnvironment(tailnet.startFunction(function, Map.of(), container -> {
                    InContainerClasses.addTo(container);
                    container.withCopyToContainer(Transferable.of(tailnet.authKey(), 0644), AUTH_KEY);
                }))) {
            lines = environment.run(
                    "java",
                    "-cp",
                    InContainerClasses.FOLDER,
                    StartTimer.class.getName(),
                    Integer.toString(ROUNDS),
                    AUTH_KEY);
        }
        List<Double> floors = new ArrayList<>();
        List<Double> extensions = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            double millis = Double.parseDouble(words[1]) / 1000;
            if (words[0].equals("floor")) {
                floors.add(millis);
            } else if (words[2].equals("running")) {
                extensions.add(millis);
            } else {
                throw new IllegalStateException(
                        "the extension was not in the tailnet when it asked for /next: " + line);
            }
        }
        List<Double> added = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            added.add(extensions.get(i) - floors.get(i));
        }
        return List.of(Figure.atMost(
                "Extension's start to `/next`, beyond tailscaled's own start to Running",
                Math.rint(Statistics.median(added)),
                AT_MOST_MILLIS,
                "ms",
                "Median of " + ROUNDS
                        + " pairs in one container and tailnet, alternately. Baseline: tailscaled started directly, "
                        + "`tailscale up` in the millisecond of its first response, the key in a file: "
                        + Statistics.describe(floors) + ". Extension, with the key from Secrets Manager: "
                        + Statistics.describe(extensions) + ". Differences: " + Statistics.describe(added) + "."));
    }
}
