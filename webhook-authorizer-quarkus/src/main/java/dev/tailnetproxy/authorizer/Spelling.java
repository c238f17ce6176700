package dev.tailnetproxy.authorizer;

/** Rules for texts from outside. */
final class Spelling {

    private static final int MAX_LENGTH = 100;

    private Spelling() {}

    /** Whether there are no brackets, which belong to an address with a port and not to an address alone. */
    static boolean isBare(String address) {
        return address.indexOf('[') < 0 && address.indexOf(']') < 0;
    }

    /** The text in printable ASCII, shortened: a log line remains one, of a bounded length. */
    static String printable(String text) {
        String start = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return start.replaceAll("[^ -~]", "?");
    }
}
