/** A target of plain TCP connections, and clients that say what becomes of theirs; they run in containers. */
@NullMarked
package dev.tailnetproxy.localstack.tcp;

import org.jspecify.annotations.NullMarked;
