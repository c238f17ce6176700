package dev.tailnetproxy.testkit;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259) without a library, because some users of the test kit have none. */
public final class Json {

    private static final char FIRST_PRINTABLE = ' ';

    private Json() {}

    /**
     * The text of a value.
     *
     * @param value null, a string, a number, a boolean, a map with string keys, or an iterable of such values
     * @throws IllegalArgumentException for anything else
     */
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        append(value, out);
        return out.toString();
    }

    private static void append(@Nullable Object value, StringBuilder out) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof CharSequence text) {
            appendQuoted(text, out);
        } else if (value instanceof Map<?, ?> members) {
            appendObject(members, out);
        } else if (value instanceof Iterable<?> elements) {
            appendArray(elements, out);
        } else {
            throw new IllegalArgumentException(value.getClass() + " has no form in JSON");
        }
    }

    private static void appendObject(Map<?, ?> members, StringBuilder out) {
        String separator = "";
        out.append('{');
        for (Map.Entry<?, ?> member : members.entrySet()) {
            out.append(separator);
            appendQuoted(String.valueOf(member.getKey()), out);
            out.append(':');
            append(member.getValue(), out);
            separator = ",";
        }
        out.append('}');
    }

    private static void appendArray(Iterable<?> elements, StringBuilder out) {
        out.append('[');
        for (Iterator<?> rest = elements.iterator(); rest.hasNext(); ) {
            append(rest.next(), out);
            if (rest.hasNext()) {
                out.append(',');
            }
        }
        out.append(']');
    }

    private static void appendQuoted(CharSequence text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
