package dev.tailnetproxy.cdk;

/** What senders get of the target's response. */
public enum ResponseDetail {
    /** Its status. */
    STATUS,
    /** Its status, and its header fields without those that describe the body. */
    STATUS_AND_HEADERS,
    /** All of it. */
    FULL,
    /** 202, whatever the target's status is. */
    ACCEPTED
}
