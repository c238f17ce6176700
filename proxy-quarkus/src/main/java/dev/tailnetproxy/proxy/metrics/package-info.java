/** What callers want counted about their requests, and where it goes. */
@NullMarked
package dev.tailnetproxy.proxy.metrics;

import org.jspecify.annotations.NullMarked;
