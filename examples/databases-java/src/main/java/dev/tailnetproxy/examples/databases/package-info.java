/** A function that uses PostgreSQL and Redis in the tailnet. */
@NullMarked
package dev.tailnetproxy.examples.databases;

import org.jspecify.annotations.NullMarked;
