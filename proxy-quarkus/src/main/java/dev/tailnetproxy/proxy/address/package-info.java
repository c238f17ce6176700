/**
 * IP addresses and prefixes, and the one place where text becomes an address: only standard spellings pass.
 */
@NullMarked
package dev.tailnetproxy.proxy.address;

import org.jspecify.annotations.NullMarked;
