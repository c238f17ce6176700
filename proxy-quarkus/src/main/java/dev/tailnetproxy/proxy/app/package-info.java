/** Puts the parts together. */
@NullMarked
package dev.tailnetproxy.proxy.app;

import org.jspecify.annotations.NullMarked;
