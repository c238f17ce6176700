/**
 * How much the proxy takes on at most. What does not fit is refused at once with {@code Overloaded}, before anything of it
 * is sent.
 */
@NullMarked
package dev.tailnetproxy.proxy.limits;

import org.jspecify.annotations.NullMarked;
