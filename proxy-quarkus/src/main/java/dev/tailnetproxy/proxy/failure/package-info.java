/**
 * How a request fails, and how it ends: a stable error name with its HTTP status and a message that is safe to show.
 */
@NullMarked
package dev.tailnetproxy.proxy.failure;

import org.jspecify.annotations.NullMarked;
