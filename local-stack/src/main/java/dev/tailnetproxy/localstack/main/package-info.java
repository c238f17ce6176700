/** The program that {@code ./run} starts. */
@NullMarked
package dev.tailnetproxy.localstack.main;

import org.jspecify.annotations.NullMarked;
