package dev.tailnetproxy.client;

import org.jspecify.annotations.Nullable;

/** Who answered. */
sealed interface Answer<T> {

    /** The target; the body is what the caller's handler made of it. */
    record OfTarget<T>(@Nullable T body) implements Answer<T> {}

    /** The proxy or Lambda. */
    record InItsPlace<T>(TailscaleProxyException failure) implements Answer<T> {}
}
