/** Attacks on the proxy, the target that they use, and the honest client; they use the JDK only. */
@NullMarked
package dev.tailnetproxy.benchmarks.incontainer.attack;

import org.jspecify.annotations.NullMarked;
