/** Log messages for lasting problems, and their repetition. */
@NullMarked
package dev.tailnetproxy.proxy.logging;

import org.jspecify.annotations.NullMarked;
