package dev.tailnetproxy.cdk;

/** Treatment of the fields that the Function URL adds to a request ({@code x-forwarded-*}, {@code x-amzn-*}). */
public enum ForwardedHeaders {
    DROP,
    PASS
}
