/** The Lambda authorizer of the webhook forwarder's HTTP API: it allows requests by their source address. */
@NullMarked
package dev.tailnetproxy.authorizer;

import org.jspecify.annotations.NullMarked;
