/** Servers that fail on purpose, in the way that a test prescribes; they run in containers, on the JDK alone. */
@NullMarked
package dev.tailnetproxy.localstack.faults;

import org.jspecify.annotations.NullMarked;
