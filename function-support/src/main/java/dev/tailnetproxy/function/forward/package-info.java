/** How the ports that lead to one target are written: TCP forwards of the layer, and services of the proxy. */
@NullMarked
package dev.tailnetproxy.function.forward;

import org.jspecify.annotations.NullMarked;
