/** One log line for each request, written when the request has ended. */
@NullMarked
package dev.tailnetproxy.proxy.accesslog;

import org.jspecify.annotations.NullMarked;
