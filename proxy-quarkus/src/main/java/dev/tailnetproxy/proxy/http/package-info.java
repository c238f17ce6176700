/**
 * Requests and responses with their header fields and body streams, used by all other packages. This package depends
 * on neither Lambda, nor an HTTP server, nor the tailnet.
 */
@NullMarked
package dev.tailnetproxy.proxy.http;

import org.jspecify.annotations.NullMarked;
