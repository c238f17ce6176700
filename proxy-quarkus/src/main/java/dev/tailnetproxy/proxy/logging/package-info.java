/** Log messages for lasting problems and their repetition, and how the output of a container is written. */
@NullMarked
package dev.tailnetproxy.proxy.logging;

import org.jspecify.annotations.NullMarked;
