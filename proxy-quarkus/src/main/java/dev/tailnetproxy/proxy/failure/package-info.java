/** Failures and outcomes of a request: stable error names with an HTTP status and a message that is safe to show. */
@NullMarked
package dev.tailnetproxy.proxy.failure;

import org.jspecify.annotations.NullMarked;
