/**
 * Everything an operator can set, in one typed mapping, checked once at start.
 */
@NullMarked
package dev.tailnetproxy.proxy.config;

import org.jspecify.annotations.NullMarked;
