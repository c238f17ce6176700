package dev.tailnetproxy.cdk;

/** How much the layer's extension logs. */
public enum ExtensionLogLevel {
    ERROR,
    INFO,
    /** With tailscaled's own log. */
    DEBUG
}
