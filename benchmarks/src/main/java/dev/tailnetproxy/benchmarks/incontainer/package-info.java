/** What runs inside of a measured container, on the JDK alone. */
@NullMarked
package dev.tailnetproxy.benchmarks.incontainer;

import org.jspecify.annotations.NullMarked;
