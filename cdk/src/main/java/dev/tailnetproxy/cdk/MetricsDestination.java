package dev.tailnetproxy.cdk;

/** Where the metrics of requests go. */
public enum MetricsDestination {
    /** Into the function's log, in the embedded metric format: no API call. */
    EMF,
    /** To CloudWatch by {@code PutMetricData} in each invocation; the function gets the permission. */
    CLOUDWATCH,
    NONE
}
