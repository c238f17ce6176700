package dev.tailnetproxy.cdk;

/** Which peers of the tailnet the proxy may reach. */
public enum PeerAccess {
    /** All that are not denied. */
    ALL,
    /** Those that the allowed targets list, with the ports that stand there. */
    LISTED
}
