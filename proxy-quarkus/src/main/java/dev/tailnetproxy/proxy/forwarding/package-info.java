/**
 * Validates a request, forwards it to its target and returns the response, or the response for a failure. Requests and
 * responses are values with a body stream; neither Lambda nor an HTTP server is known here, only the adapters use this
 * package.
 */
@NullMarked
package dev.tailnetproxy.proxy.forwarding;

import org.jspecify.annotations.NullMarked;
