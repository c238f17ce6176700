/**
 * Values that every other part speaks in: a request and a response with their header fields and body streams. This
 * package knows neither Lambda, nor an HTTP server, nor the tailnet.
 */
@NullMarked
package dev.tailnetproxy.proxy.http;

import org.jspecify.annotations.NullMarked;
