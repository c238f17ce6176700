/** Queued delivery: accepted requests in SQS, and their way from there to the target. */
@NullMarked
package dev.tailnetproxy.proxy.delivery;

import org.jspecify.annotations.NullMarked;
