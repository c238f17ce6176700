/** The real CDK CLI and cfn-lint, without an account. */
@NullMarked
package dev.tailnetproxy.cdk.deploy;

import org.jspecify.annotations.NullMarked;
