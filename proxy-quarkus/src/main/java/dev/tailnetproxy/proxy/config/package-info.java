/** The operator's settings, in one typed mapping, validated once at start. */
@NullMarked
package dev.tailnetproxy.proxy.config;

import org.jspecify.annotations.NullMarked;
