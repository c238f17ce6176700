package dev.tailnetproxy.cdk;

/** The hash function of an HMAC. */
public enum HmacAlgorithm {
    SHA256,
    SHA512,
    SHA1
}
