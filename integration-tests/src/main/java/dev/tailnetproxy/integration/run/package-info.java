/** What {@code ./run} shows. */
@NullMarked
package dev.tailnetproxy.integration.run;

import org.jspecify.annotations.NullMarked;
