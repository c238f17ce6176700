/** The operator's settings: read from declared environment variables, checked once at start. */
@NullMarked
package dev.tailnetproxy.proxy.config;

import org.jspecify.annotations.NullMarked;
