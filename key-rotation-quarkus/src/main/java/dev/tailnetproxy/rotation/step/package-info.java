/** The four steps of a rotation, and the removal of keys that nothing refers to. */
@NullMarked
package dev.tailnetproxy.rotation.step;

import org.jspecify.annotations.NullMarked;
