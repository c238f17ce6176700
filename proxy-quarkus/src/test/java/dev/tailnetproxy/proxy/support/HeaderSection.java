package dev.tailnetproxy.proxy.support;

import java.util.List;
import java.util.Locale;

/** The start line and header section of a message, as received. */
final class HeaderSection {

    private HeaderSection() {}

    /** Values of a header, in order. */
    static List<String> values(List<String> headerSection, String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return headerSection.stream()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }
}
