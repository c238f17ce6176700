/** Metrics of requests, by the labels that clients name, and their destinations. */
@NullMarked
package dev.tailnetproxy.proxy.metrics;

import org.jspecify.annotations.NullMarked;
