/** Rules of the contract that the proxy and its clients both check. */
@NullMarked
package dev.tailnetproxy.contract;

import org.jspecify.annotations.NullMarked;
