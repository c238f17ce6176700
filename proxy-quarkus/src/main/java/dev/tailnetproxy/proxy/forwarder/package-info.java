/**
 * Forwarder mode: requests of senders on the internet go to one fixed target. It decides what of a request counts, what may
 * be forwarded, and how much of a response a sender gets. No field of a sender has a say in where a request goes.
 */
@NullMarked
package dev.tailnetproxy.proxy.forwarder;

import org.jspecify.annotations.NullMarked;
