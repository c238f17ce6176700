package dev.tailnetproxy.client;

import org.jspecify.annotations.Nullable;

/** Who responded. */
sealed interface ResponseBody<T> {

    /** The target; the body is what the caller's handler made of it. */
    record TargetBody<T>(@Nullable T body) implements ResponseBody<T> {}

    /** The proxy or Lambda. */
    record ErrorBody<T>(TailscaleProxyException failure) implements ResponseBody<T> {}
}
