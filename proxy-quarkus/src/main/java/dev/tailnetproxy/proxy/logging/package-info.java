/** What is said in the log, and how often. */
@NullMarked
package dev.tailnetproxy.proxy.logging;

import org.jspecify.annotations.NullMarked;
