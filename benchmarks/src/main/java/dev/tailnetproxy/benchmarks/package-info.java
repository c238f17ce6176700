/** Benchmarks of the product in containers; each figure has a baseline or a target. */
@NullMarked
package dev.tailnetproxy.benchmarks;

import org.jspecify.annotations.NullMarked;
