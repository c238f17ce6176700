package dev.tailnetproxy.client;

import org.jspecify.annotations.Nullable;

/** The origin of a response. */
sealed interface ResponseBody<T> {

    /** The target; the body is the result of the application's body handler. */
    record TargetBody<T>(@Nullable T body) implements ResponseBody<T> {}

    /** The proxy or Lambda. */
    record ErrorBody<T>(TailscaleProxyException failure) implements ResponseBody<T> {}
}
