/** What {@code ./run} shows. */
@NullMarked
package dev.tailnetproxy.localstack.main;

import org.jspecify.annotations.NullMarked;
