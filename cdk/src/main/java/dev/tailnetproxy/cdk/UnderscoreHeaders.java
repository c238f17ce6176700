package dev.tailnetproxy.cdk;

/** Treatment of request fields whose names contain an underscore or another sign that is no hyphen. */
public enum UnderscoreHeaders {
    /** They go to the target as they are. */
    PASS,
    /** They are taken away. */
    DROP,
    /** The request is refused. */
    REFUSE
}
