/** An HTTP API of API Gateway on this machine: a Lambda authorizer in front of a function, payload format 2.0 for both. */
@NullMarked
package dev.tailnetproxy.localstack.httpapi;

import org.jspecify.annotations.NullMarked;
