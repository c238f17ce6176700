package dev.tailnetproxy.cdk.app;

/** The stacks that the app can deploy; {@code -c scenario=} names it in lower case. */
enum Scenario {
    PROXY
}
