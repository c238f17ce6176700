/**
 * Which targets may be reached: built-in refusals, the tailnet's own addresses, and what the operator allowed or
 * denied. Decides on values only and does no I/O.
 */
@NullMarked
package dev.tailnetproxy.proxy.policy;

import org.jspecify.annotations.NullMarked;
