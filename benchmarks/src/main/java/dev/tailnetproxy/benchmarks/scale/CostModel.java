package dev.tailnetproxy.benchmarks.scale;

/**
 * What a month costs at a steady rate, beside logs and data, which are equal everywhere.
 *
 * @param inputs prices and capacities
 * @param secondsOfRequest how long a request takes
 */
record CostModel(ScaleInputs inputs, double secondsOfRequest) {

    private static final double HOURS = 730;
    private static final double SECONDS = HOURS * 3600;
    private static final double MILLION = 1_000_000;

    double lambda(double perSecond) {
        double compute = perSecond
                * SECONDS
                * secondsOfRequest
                * inputs.get("Memory of the function")
                * inputs.get("Lambda compute");
        return requests(perSecond) + compute;
    }

    double managedInstances(double perSecond) {
        double instance = inputs.get("Instance") * (1 + inputs.get("Managed Instances' fee") / 100);
        return requests(perSecond) + HOURS * (instances(perSecond) * instance + inputs.get("NAT gateway"));
    }

    double pods(double perSecond) {
        double pod = inputs.get("Pod's vCPU") * inputs.get("vCPU") + inputs.get("Pod's memory") * inputs.get("Memory");
        return numberOfPods(perSecond) * pod * SECONDS;
    }

    /** Pods on a cluster that there would not be without them. */
    double podsWithCluster(double perSecond) {
        return pods(perSecond) + HOURS * inputs.get("Cluster");
    }

    /** Instances for the peak of the traffic, with the spare capacity that the scaling aims at. */
    double instances(double perSecond) {
        double atOnce = peak(perSecond) * secondsOfRequest;
        double environments = atOnce
                / inputs.get("Requests at once in a Managed Instances environment")
                / (inputs.get("Utilization that Managed Instances aim at") / 100);
        return Math.max(
                inputs.get("Least environments of Managed Instances"),
                Math.ceil(environments / inputs.get("Environments of an instance")));
    }

    double numberOfPods(double perSecond) {
        double byRequests = peak(perSecond) / inputs.get("Requests a second of a pod");
        double byConnections = peak(perSecond) * secondsOfRequest / inputs.get("Requests at once in a pod");
        double pods =
                Math.max(byRequests, byConnections) / (inputs.get("Utilization that the autoscaler aims at") / 100);
        return Math.max(inputs.get("Least pods"), Math.ceil(pods));
    }

    private double peak(double perSecond) {
        return perSecond * inputs.get("Peak of the traffic");
    }

    private double requests(double perSecond) {
        return perSecond * SECONDS / MILLION * inputs.get("Lambda requests");
    }

    /** The least rate from which on another way costs less than Lambda, to half a request a second. */
    double moveFromLambdaTo(Cost other) {
        for (double rate = 0.5; rate < 100_000; rate += 0.5) {
            if (other.of(rate) < lambda(rate)) {
                return rate;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** What a month costs at a rate. */
    interface Cost {

        double of(double perSecond);
    }
}
