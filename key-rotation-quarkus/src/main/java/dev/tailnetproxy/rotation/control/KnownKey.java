package dev.tailnetproxy.rotation.control;

/**
 * A key as a control server lists it, without its secret.
 *
 * @param id what the control server calls it
 * @param mark the part of the key's text that is not secret and no other key has: a stored value with it refers to the key
 * @param valid neither expired nor revoked
 * @param traits what it allows
 */
public record KnownKey(String id, String mark, boolean valid, Traits traits) {

    private static final int SHORTEST_MARK = 6;

    /** Checks the mark: a short one would be found in values that do not refer to the key. */
    public KnownKey {
        if (mark.length() < SHORTEST_MARK) {
            throw new IllegalArgumentException("The control server's key has an id that is too short to find it by.");
        }
    }
}
