/** Tailscale's API as the control server. */
@NullMarked
package dev.tailnetproxy.rotation.tailscale;

import org.jspecify.annotations.NullMarked;
