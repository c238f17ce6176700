/** Stand-ins for what a rotation calls, and a driver that does what Secrets Manager does. */
@NullMarked
package dev.tailnetproxy.rotation.support;

import org.jspecify.annotations.NullMarked;
