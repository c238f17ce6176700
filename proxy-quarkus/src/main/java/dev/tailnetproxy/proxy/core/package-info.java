/**
 * The proxy itself: takes a request value with a body stream and gives a response value with a body stream. It knows
 * neither Lambda nor an HTTP server; adapters sit on it.
 */
@NullMarked
package dev.tailnetproxy.proxy.core;

import org.jspecify.annotations.NullMarked;
