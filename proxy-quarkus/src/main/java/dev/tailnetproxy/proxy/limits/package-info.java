/**
 * Limits for requests, bytes and connections. A request above a limit is refused with {@code Overloaded} before any
 * of it is sent.
 */
@NullMarked
package dev.tailnetproxy.proxy.limits;

import org.jspecify.annotations.NullMarked;
