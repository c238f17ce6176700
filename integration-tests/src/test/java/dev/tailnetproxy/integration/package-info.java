/** The whole product against a real tailnet. */
@NullMarked
package dev.tailnetproxy.integration;

import org.jspecify.annotations.NullMarked;
