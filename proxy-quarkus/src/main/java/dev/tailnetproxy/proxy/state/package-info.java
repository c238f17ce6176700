/** Named states, the transitions between them, and the one way to take one. */
@NullMarked
package dev.tailnetproxy.proxy.state;

import org.jspecify.annotations.NullMarked;
