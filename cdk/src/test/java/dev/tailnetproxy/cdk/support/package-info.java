/** Support classes for several tests of the constructs. */
@NullMarked
package dev.tailnetproxy.cdk.support;

import org.jspecify.annotations.NullMarked;
