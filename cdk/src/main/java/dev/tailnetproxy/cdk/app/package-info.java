/** The app that {@code cdk deploy} runs: one stack for each scenario, configured by context. */
@NullMarked
package dev.tailnetproxy.cdk.app;

import org.jspecify.annotations.NullMarked;
