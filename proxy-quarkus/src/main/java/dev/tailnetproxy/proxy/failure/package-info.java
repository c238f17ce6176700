/** The only way in which a request fails: a stable name with its HTTP status and a message that is safe to show. */
@NullMarked
package dev.tailnetproxy.proxy.failure;

import org.jspecify.annotations.NullMarked;
