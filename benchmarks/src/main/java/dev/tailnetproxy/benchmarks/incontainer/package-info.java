/** Programs that run inside a measured container; they use the JDK only. */
@NullMarked
package dev.tailnetproxy.benchmarks.incontainer;

import org.jspecify.annotations.NullMarked;
