/** Reads a function's declared environment variables once at start, and reports every mistake. */
@NullMarked
package dev.tailnetproxy.function.environment;

import org.jspecify.annotations.NullMarked;
