package dev.tailnetproxy.function.forward;

/** Text from an entry within a sentence, on one line and quoted as the layer does. */
final class Quoted {

    /** A value that was put into the wrong variable, a key perhaps, is not shown whole. */
    private static final int MAX_SHOWN = 60;

    private Quoted() {}

    static String of(String text) {
        return whole(text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text);
    }

    static String whole(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(character -> append(quoted, character));
        return quoted.append('"').toString();
    }

    private static void append(StringBuilder quoted, int character) {
        switch (character) {
            case '"', '\\' -> quoted.append('\\').appendCodePoint(character);
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            default -> {
                if (Character.isISOControl(character)) {
                    quoted.append(String.format(character < 0x80 ? "\\x%02x" : "\\u%04x", character));
                } else {
                    quoted.appendCodePoint(character);
                }
            }
        }
    }
}
