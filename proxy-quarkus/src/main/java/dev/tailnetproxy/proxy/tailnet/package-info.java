/**
 * What the proxy knows of its tailnet node: tailscaled's LocalAPI over its unix socket and the state file that the
 * extension writes.
 */
@NullMarked
package dev.tailnetproxy.proxy.tailnet;

import org.jspecify.annotations.NullMarked;
