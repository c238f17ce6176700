/**
 * The parts of a request to the proxy: the Function URL, the target, the {@code ts-*} header fields and the
 * signature.
 */
@NullMarked
package dev.tailnetproxy.client.signing;

import org.jspecify.annotations.NullMarked;
