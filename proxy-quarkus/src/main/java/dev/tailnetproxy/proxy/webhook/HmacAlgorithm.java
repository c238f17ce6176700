package dev.tailnetproxy.proxy.webhook;

/** HMAC (RFC 2104) with one of the hash functions that senders use. */
public enum HmacAlgorithm {
    /** Weak as a hash function, but not known to be weak in HMAC; Twilio has nothing else. */
    SHA1("HmacSHA1", 20),
    SHA256("HmacSHA256", 32),
    SHA512("HmacSHA512", 64);

    private final String javaName;
    private final int length;

    HmacAlgorithm(String javaName, int length) {
        this.javaName = javaName;
        this.length = length;
    }

    String javaName() {
        return javaName;
    }

    /** Number of bytes of a result. */
    int length() {
        return length;
    }
}
