/**
 * The constructs. Each has a props interface with a builder, in the CDK's own style; each environment variable of the
 * deployed code has one typed property.
 */
@NullMarked
@Value.Style(
        get = {"get*", "is*"},
        visibility = Value.Style.ImplementationVisibility.PACKAGE,
        overshadowImplementation = true,
        jdkOnly = true)
package dev.tailnetproxy.cdk;

import org.immutables.value.Value;
import org.jspecify.annotations.NullMarked;
