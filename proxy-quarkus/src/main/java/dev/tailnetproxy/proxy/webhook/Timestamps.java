package dev.tailnetproxy.proxy.webhook;

import java.time.Instant;
import java.util.regex.Pattern;

/** Seconds since 1970, as all of the schemes with a time write it. */
final class Timestamps {

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private Timestamps() {}

    /** @param where the field that the text stands in */
    static Instant parse(String text, String where) {
        if (!SECONDS.matcher(text).matches()) {
            throw new RefusedSignature(RefusalCause.MALFORMED_TIMESTAMP, where);
        }
        return Instant.ofEpochSecond(Long.parseLong(text));
    }
}
