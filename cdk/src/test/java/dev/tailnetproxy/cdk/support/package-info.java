/** What several tests of the constructs share. */
@NullMarked
package dev.tailnetproxy.cdk.support;

import org.jspecify.annotations.NullMarked;
