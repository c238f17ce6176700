/** The function's settings, read once at start. */
@NullMarked
package dev.tailnetproxy.rotation.settings;

import org.jspecify.annotations.NullMarked;
