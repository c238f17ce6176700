/** Points in time by the wall clock, which goes on while a Lambda environment is frozen. */
@NullMarked
package dev.tailnetproxy.proxy.time;

import org.jspecify.annotations.NullMarked;
