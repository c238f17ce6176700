package dev.tailnetproxy.proxy.http;

import java.util.Objects;

/**
 * One header field as it goes over the wire (RFC 9110 section 5).
 *
 * @param name field name, in the letter case in which it came
 * @param value field value without surrounding white space
 */
public record HeaderField(String name, String value) {

    public HeaderField {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    /** Whether this field has the given name; names are compared without regard to letter case. */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}
