/** What a request to the proxy is made of: the Function URL, the target, the {@code ts-*} headers and the signature. */
@NullMarked
package dev.tailnetproxy.client.signing;

import org.jspecify.annotations.NullMarked;
