package dev.tailnetproxy.cdk.app;

/** What the app can deploy; {@code -c scenario=} names it in lower case. */
enum Scenario {
    PROXY
}
