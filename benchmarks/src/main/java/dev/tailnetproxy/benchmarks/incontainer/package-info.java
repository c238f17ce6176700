/** Programs that run inside a measured container; they use the JDK only, and texts of the contract that are compiled in. */
@NullMarked
package dev.tailnetproxy.benchmarks.incontainer;

import org.jspecify.annotations.NullMarked;
