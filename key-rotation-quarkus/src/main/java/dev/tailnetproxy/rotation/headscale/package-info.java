/** Headscale's API (version 1) as the control server. */
@NullMarked
package dev.tailnetproxy.rotation.headscale;

import org.jspecify.annotations.NullMarked;
