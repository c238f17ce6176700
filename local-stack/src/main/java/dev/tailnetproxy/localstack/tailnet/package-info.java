/** A tailnet with an execution environment, in containers. */
@NullMarked
package dev.tailnetproxy.localstack.tailnet;

import org.jspecify.annotations.NullMarked;
