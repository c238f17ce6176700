/** Programs that tests run in pods, as applications that use a gateway. */
@NullMarked
package dev.tailnetproxy.localstack.clients;

import org.jspecify.annotations.NullMarked;
