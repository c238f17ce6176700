/** A whole tailnet with an execution environment in it, in containers. */
@NullMarked
package dev.tailnetproxy.localstack.tailnet;

import org.jspecify.annotations.NullMarked;
