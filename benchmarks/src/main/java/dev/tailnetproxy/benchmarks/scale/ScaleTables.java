package dev.tailnetproxy.benchmarks.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The computed tables of docs/scale.md. */
public final class ScaleTables {

    /** The seed of the arrivals, which the page names. */
    public static final long SEED = 17;

    private static final List<Integer> SIZES = List.of(1_000, 10_000);
    private static final List<Double> RATES = List.of(1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 500.0, 1_000.0, 5_000.0);
    private static final List<Double> DURATIONS = List.of(0.03, 0.2, 1.0);

    private final ScaleInputs inputs;

    /** @param inputs those of the page */
    public ScaleTables(ScaleInputs inputs) {
        this.inputs = inputs;
    }

    /**
     * Prints them.
     *
     * @param arguments the page that has the inputs
     * @throws IOException when it can't be read
     */
    public static void main(String[] arguments) throws IOException {
        ScaleInputs inputs = ScaleInputs.of(Files.readString(Path.of(arguments[0])));
        new ScaleTables(inputs).all().forEach(System.out::println);
    }

    /** All of them, in the order of the page. */
    public List<String> all() {
        return List.of(simulation(ArrivalCurve.DAY), simulation(ArrivalCurve.BURST), costs(), moves());
    }

    private String simulation(ArrivalCurve curve) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                """
                | %s, seed %d | most nodes | joins in the worst minute | joins | node minutes | not served at once %% \
                | server cores, isolated | server cores, no policy | MB to a target in that minute |
                |---|---|---|---|---|---|---|---|---|
                """,
                curve.name(),
                SEED));
        for (int size : SIZES) {
            for (Scenario scenario : Scenario.all(inputs)) {
                ScaleResult result = ScaleSimulation.run(
                        curve,
                        size,
                        Scenario.seconds(inputs),
                        scenario.fleet().of(size),
                        ControlServer.of(inputs),
                        SEED);
                table.append(row(size, scenario, result));
            }
        }
        return table.toString();
    }

    private static String row(int size, Scenario scenario, ScaleResult result) {
        return String.format(
                Locale.ROOT,
                "| %d, %s | %d | %d | %d | %d | %.2f | %.2f | %.2f | %.2f |%n",
                size,
                scenario.name(),
                result.nodes(),
                result.joinsOfMinute(),
                result.joins(),
                result.nodeMinutes(),
                result.unserved() * 100,
                result.coresIsolated(),
                result.coresWithoutPolicy(),
                result.megabytesToTarget());
    }

    private String costs() {
        StringBuilder table = new StringBuilder(
                """
                | requests a second | a month, million | Lambda, 30 ms | Lambda, 200 ms | Lambda, 1 s \
                | Managed Instances, 200 ms | pods, 200 ms | pods and cluster, 200 ms |
                |---|---|---|---|---|---|---|---|
                """);
        for (double rate : RATES) {
            CostModel usual = model(0.2);
            table.append(String.format(
                    Locale.ROOT,
                    "| %.0f | %.1f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
                    rate,
                    rate * 730 * 3600 / 1_000_000,
                    model(0.03).lambda(rate),
                    usual.lambda(rate),
                    model(1).lambda(rate),
                    usual.managedInstances(rate),
                    usual.pods(rate),
                    usual.podsWithCluster(rate)));
        }
        return table.toString();
    }

    private String moves() {
        StringBuilder table = new StringBuilder(
                """
                | a request takes | to Managed Instances | to pods, on a cluster that is there | to pods, with a cluster for them |
                |---|---|---|---|
                """);
        for (double seconds : DURATIONS) {
            CostModel model = model(seconds);
            table.append(String.format(
                    Locale.ROOT,
                    "| %.0f ms | %.1f | %.1f | %.1f |%n",
                    seconds * 1000,
                    model.moveFromLambdaTo(model::managedInstances),
                    model.moveFromLambdaTo(model::pods),
                    model.moveFromLambdaTo(model::podsWithCluster)));
        }
        return table.toString();
    }

    private CostModel model(double seconds) {
        return new CostModel(inputs, seconds);
    }
}
