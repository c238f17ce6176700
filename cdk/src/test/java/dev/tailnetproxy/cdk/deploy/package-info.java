/** The real CDK CLI against a local AWS. */
@NullMarked
package dev.tailnetproxy.cdk.deploy;

import org.jspecify.annotations.NullMarked;
