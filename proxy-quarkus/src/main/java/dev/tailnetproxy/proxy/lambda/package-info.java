/**
 * The way in for Lambda: {@code FunctionEventReader} turns the bytes of an event in payload format 2.0 into a request,
 * {@code FunctionResponseWriter} writes a response, {@code FunctionHandler} handles an invocation with both.
 * {@code QuarkusLambdaHost} and {@code IdleRuntimeApi} are the only classes that know Quarkus's Lambda extension. The only
 * package that knows Lambda.
 */
@NullMarked
package dev.tailnetproxy.proxy.lambda;

import org.jspecify.annotations.NullMarked;
