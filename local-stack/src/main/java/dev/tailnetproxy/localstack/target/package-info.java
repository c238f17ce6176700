/** The service that requests reach at the far end of the tailnet; it runs in a container, on the JDK alone. */
@NullMarked
package dev.tailnetproxy.localstack.target;

import org.jspecify.annotations.NullMarked;
