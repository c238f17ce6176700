/** What a rotation asks of a control server, whichever it is. */
@NullMarked
package dev.tailnetproxy.rotation.control;

import org.jspecify.annotations.NullMarked;
