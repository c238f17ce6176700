package dev.tailnetproxy.proxy.headers;

/**
 * What becomes of request fields whose names hold an underscore, or another sign that is no hyphen. CGI and what came of it
 * read {@code Content_Length} as {@code Content-Length}: there, such a name is a second value of another field.
 */
public enum UnderscoreHeaders {
    /** They go to the target as they are. */
    PASS,
    /** They are taken away. */
    DROP,
    /** The request is refused. */
    REFUSE
}
