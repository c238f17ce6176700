/** The Lambda function: its event, its handler, and what it is made of. */
@NullMarked
package dev.tailnetproxy.rotation.app;

import org.jspecify.annotations.NullMarked;
