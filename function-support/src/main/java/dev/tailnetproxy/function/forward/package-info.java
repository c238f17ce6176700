/** TCP forwards of the layer, as the constructs check them before the layer reads them. */
@NullMarked
package dev.tailnetproxy.function.forward;

import org.jspecify.annotations.NullMarked;
