/**
 * The adapter for an ordinary HTTP port, as in a container: requests and responses stream through, and a second port tells
 * how the proxy is.
 */
@NullMarked
package dev.tailnetproxy.proxy.server;

import org.jspecify.annotations.NullMarked;
