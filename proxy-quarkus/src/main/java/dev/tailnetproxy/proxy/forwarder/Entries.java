package dev.tailnetproxy.proxy.forwarder;

import java.util.Arrays;
import java.util.List;

/** Entries of a list in a setting. */
final class Entries {

    private Entries() {}

    /** The entries between commas, without blanks around them. */
    static List<String> of(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    static IllegalArgumentException invalid(String entry, String expected) {
        return new IllegalArgumentException("\"" + entry + "\" is not " + expected);
    }
}
