/**
 * The adapter for quarkus-amazon-lambda-http: payload format 2.0 event in, response out. The only package that knows
 * Lambda.
 */
@NullMarked
package dev.tailnetproxy.proxy.lambda;

import org.jspecify.annotations.NullMarked;
