/** The rotated secret in Secrets Manager, and the forms of its value. */
@NullMarked
package dev.tailnetproxy.rotation.secret;

import org.jspecify.annotations.NullMarked;
