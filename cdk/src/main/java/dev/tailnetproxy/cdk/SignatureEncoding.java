package dev.tailnetproxy.cdk;

/** The spelling of a signature. */
public enum SignatureEncoding {
    HEX,
    UPPER_HEX,
    /** With padding. */
    BASE64,
    /** Without padding. */
    BASE64URL
}
