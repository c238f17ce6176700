/**
 * Verifies by its signature that a webhook comes from the expected sender, before anything is forwarded. The raw bytes of the
 * body are verified; nothing of them is parsed but the form fields that Twilio signs.
 */
@NullMarked
package dev.tailnetproxy.proxy.webhook;

import org.jspecify.annotations.NullMarked;
