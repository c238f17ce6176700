/** What the tests of several modules need: events, invocations, a clock, HTTP messages on sockets, a Runtime API. */
@NullMarked
package dev.tailnetproxy.testkit;

import org.jspecify.annotations.NullMarked;
