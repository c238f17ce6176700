/**
 * The adapter for an HTTP port, as in a container: requests and responses are streamed, and a second port serves
 * health and metrics.
 */
@NullMarked
package dev.tailnetproxy.proxy.server;

import org.jspecify.annotations.NullMarked;
