/** What Function URLs and HTTP APIs have in common: the server, and payload format 2.0. */
@NullMarked
package dev.tailnetproxy.localstack.gateway;

import org.jspecify.annotations.NullMarked;
