/** Attacks on the proxy, the target that helps them, and the honest client beside them; on the JDK alone. */
@NullMarked
package dev.tailnetproxy.benchmarks.incontainer.attack;

import org.jspecify.annotations.NullMarked;
