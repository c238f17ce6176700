/** Servers with scripted faults; they run in containers and use the JDK only. */
@NullMarked
package dev.tailnetproxy.localstack.faults;

import org.jspecify.annotations.NullMarked;
