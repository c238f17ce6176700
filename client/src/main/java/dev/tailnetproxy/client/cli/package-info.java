/** The client as a command line. */
@NullMarked
package dev.tailnetproxy.client.cli;

import org.jspecify.annotations.NullMarked;
