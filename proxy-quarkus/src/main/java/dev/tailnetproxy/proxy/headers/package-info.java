/**
 * The header section of a request to the target and of a response to the client, and the {@code ts-*} header fields that
 * a client sets.
 */
@NullMarked
package dev.tailnetproxy.proxy.headers;

import org.jspecify.annotations.NullMarked;
