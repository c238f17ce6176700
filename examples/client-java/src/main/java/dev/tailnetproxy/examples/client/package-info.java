/** A Lambda function that calls a private host through the proxy. */
@NullMarked
package dev.tailnetproxy.examples.client;

import org.jspecify.annotations.NullMarked;
