package dev.tailnetproxy.benchmarks.scale;

import java.util.List;
import java.util.stream.Stream;

/**
 * A way to serve the traffic.
 *
 * @param name how tables call it
 * @param fleet what serves, for so many requests at once at the peak
 */
record Scenario(String name, FleetOfPeak fleet) {

    private static final long SEED_OF_REPLACEMENTS = 41;

    /** All that are compared. */
    static List<Scenario> all(ScaleInputs inputs) {
        return Stream.concat(lambda(inputs), shared(inputs)).toList();
    }

    private static Stream<Scenario> lambda(ScaleInputs inputs) {
        LambdaFleet.Settings plain = new LambdaFleet.Settings(
                seconds(inputs),
                inputs.get("Start of an environment"),
                inputs.count("Idle time of an environment"),
                inputs.get("Life of an environment"),
                Integer.MAX_VALUE,
                0,
                inputs.get("Scaling rate of Lambda"),
                inputs.get("Environments that end without leaving") / 100,
                inputs.count("Removal of a silent node"));
        return Stream.of(
                new Scenario("Lambda", peak -> new LambdaFleet(plain, SEED_OF_REPLACEMENTS)),
                new Scenario(
                        "half of the peak kept warm",
                        peak -> new LambdaFleet(plain.withWarm(peak / 2), SEED_OF_REPLACEMENTS)),
                new Scenario(
                        "reserved concurrency, half of the peak",
                        peak -> new LambdaFleet(plain.withReserved(peak / 2), SEED_OF_REPLACEMENTS)));
    }

    private static Stream<Scenario> shared(ScaleInputs inputs) {
        SharedFleet.Settings instances = new SharedFleet.Settings(
                seconds(inputs),
                inputs.get("Requests at once in a Managed Instances environment"),
                inputs.get("Utilization that Managed Instances aim at") / 100,
                inputs.count("Least environments of Managed Instances"),
                60,
                inputs.get("Start of a Managed Instances environment"),
                // Twice as many within five minutes, looked at every minute.
                Math.pow(2, 1.0 / 5),
                1,
                15);
        SharedFleet.Settings pods = new SharedFleet.Settings(
                seconds(inputs),
                inputs.get("Requests a second of a pod") * seconds(inputs),
                inputs.get("Utilization that the autoscaler aims at") / 100,
                inputs.count("Least pods"),
                15,
                inputs.get("Start of a pod"),
                2,
                4,
                20);
        return Stream.of(
                new Scenario("Managed Instances", peak -> new SharedFleet(instances)),
                new Scenario("Kubernetes egress", peak -> new SharedFleet(pods)));
    }

    /** How long a request takes. */
    static double seconds(ScaleInputs inputs) {
        return inputs.get("Duration of a request") / 1000;
    }

    /** Makes what serves. */
    interface FleetOfPeak {

        Fleet of(int peak);
    }
}
