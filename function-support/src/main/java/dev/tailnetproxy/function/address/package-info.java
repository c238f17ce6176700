/** IP addresses and prefixes. Text becomes an address only here; only standard spellings are accepted. */
@NullMarked
package dev.tailnetproxy.function.address;

import org.jspecify.annotations.NullMarked;
