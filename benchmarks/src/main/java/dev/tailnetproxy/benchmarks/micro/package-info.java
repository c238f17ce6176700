/** The steps of a request that only compute, timed one by one with JMH. */
@NullMarked
package dev.tailnetproxy.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
