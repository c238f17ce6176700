/**
 * From the host that a client names to the addresses that may be dialled, with the policy applied at each step, and the
 * search for a path to the peer that carries a connection.
 */
@NullMarked
package dev.tailnetproxy.proxy.resolution;

import org.jspecify.annotations.NullMarked;
