/** Tests of the authorizer, from the rules to the function. */
@NullMarked
package dev.tailnetproxy.authorizer;

import org.jspecify.annotations.NullMarked;
