package dev.tailnetproxy.testkit;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Start line and header fields of one HTTP/1.1 message, exactly as received (RFC 9112 sections 2 to 5).
 *
 * @param lines the start line and the field lines behind it
 */
public record HeaderSection(List<String> lines) {

    /**
     * One field line.
     *
     * @param name as sent
     * @param value without the white space around it
     */
    public record Field(String name, String value) {

        private static Field of(String line) {
            int colon = line.indexOf(':');
            return colon < 0
                    ? new Field(line, "")
                    : new Field(
                            line.substring(0, colon), line.substring(colon + 1).strip());
        }
    }

    /** A header section. */
    public HeaderSection {
        lines = List.copyOf(lines);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a message has a start line");
        }
    }

    /** The request line or the status line. */
    public String startLine() {
        return lines.get(0);
    }

    /** The field lines, in order. */
    public List<Field> fields() {
        return lines.stream().skip(1).map(Field::of).toList();
    }

    /** The values of a field, in order. */
    public List<String> values(String name) {
        return fields().stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** The first value of a field. */
    public Optional<String> first(String name) {
        return values(name).stream().findFirst();
    }

    /** Of a response. */
    public int status() {
        return Integer.parseInt(startLine().split(" ", -1)[1]);
    }

    /** Of a request. */
    public String method() {
        return startLine().split(" ", -1)[0];
    }

    /** Of a request, as sent. */
    public String requestTarget() {
        return startLine().split(" ", -1)[1];
    }

    /** Whether a body comes in chunks. */
    public boolean isChunked() {
        return values("transfer-encoding").stream()
                .map(value -> value.toLowerCase(Locale.ROOT))
                .anyMatch("chunked"::equals);
    }

    /** The length that the body is said to have. */
    public Optional<Integer> contentLength() {
        return first("content-length").map(Integer::valueOf);
    }
}
