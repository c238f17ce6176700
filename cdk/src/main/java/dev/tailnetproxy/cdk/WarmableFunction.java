package dev.tailnetproxy.cdk;

import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.lambda.Function;

/** The proxy in one of its modes, as its {@link TailscaleProxyWarmer} sees it. */
public interface WarmableFunction {

    Function getFunction();

    /** The longest time of one invocation. */
    Duration getTimeout();

    /** Environments at the same time; empty without a limit of its own. */
    Optional<Integer> getReservedConcurrentExecutions();
}
