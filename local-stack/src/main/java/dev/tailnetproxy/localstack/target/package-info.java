/** The target in the tailnet; it runs in a container and uses the JDK only. */
@NullMarked
package dev.tailnetproxy.localstack.target;

import org.jspecify.annotations.NullMarked;
