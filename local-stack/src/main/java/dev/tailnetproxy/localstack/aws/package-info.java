/** The AWS APIs on this machine, with authentication and TLS, for deployments by the real CDK CLI. */
@NullMarked
package dev.tailnetproxy.localstack.aws;

import org.jspecify.annotations.NullMarked;
