/**
 * The target policy: built-in refusals, the tailnet's own addresses, and the operator's allowed and denied targets.
 * It decides on values and does no I/O.
 */
@NullMarked
package dev.tailnetproxy.proxy.policy;

import org.jspecify.annotations.NullMarked;
