/** The command line of the client. */
@NullMarked
package dev.tailnetproxy.client.cli;

import org.jspecify.annotations.NullMarked;
