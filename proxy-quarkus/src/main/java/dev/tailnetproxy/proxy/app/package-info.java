/** Wires the parts of the application. */
@NullMarked
package dev.tailnetproxy.proxy.app;

import org.jspecify.annotations.NullMarked;
