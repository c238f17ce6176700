/**
 * From the caller's request to what is sent to the target, and from the target's response or a failure to what the
 * caller gets.
 */
@NullMarked
package dev.tailnetproxy.proxy.mapping;

import org.jspecify.annotations.NullMarked;
