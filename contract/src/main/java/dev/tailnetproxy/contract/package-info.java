/** The contract in one place: what the proxy, its client, the CDK constructs and the tests share. */
@NullMarked
package dev.tailnetproxy.contract;

import org.jspecify.annotations.NullMarked;
