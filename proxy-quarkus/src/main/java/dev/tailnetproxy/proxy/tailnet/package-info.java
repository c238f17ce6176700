/**
 * The state of the tailnet node, from tailscaled's LocalAPI over its Unix socket and from the extension's state
 * file.
 */
@NullMarked
package dev.tailnetproxy.proxy.tailnet;

import org.jspecify.annotations.NullMarked;
