/** BenchmarkOptions of the product in containers; each one has its floor, or its target, beside it. */
@NullMarked
package dev.tailnetproxy.benchmarks;

import org.jspecify.annotations.NullMarked;
