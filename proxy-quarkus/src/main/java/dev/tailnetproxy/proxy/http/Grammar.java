package dev.tailnetproxy.proxy.http;

import java.util.Locale;
import java.util.regex.Pattern;

/** What may stand in a message (RFC 9110 section 5, RFC 9112 section 3). Checked before anything is sent on. */
public final class Grammar {

    private static final Pattern SPECIAL_SIGN = Pattern.compile("[^a-z0-9]");
    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    private Grammar() {}

    /** A method or a field name (RFC 9110 section 5.6.2). */
    public static boolean isToken(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && TOKEN_PUNCTUATION.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the name has nothing but letters, digits and hyphens. Other signs may stand in a name, and some readers take
     * them for hyphens (RFC 3875 section 4.1.18).
     */
    public static boolean isPlainName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** The name in lower case as such a reader takes it. */
    public static String lenientForm(String name) {
        return SPECIAL_SIGN.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("-");
    }

    /** A field value: visible characters, spaces, tabs and opaque bytes, and no other control character. */
    public static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }

    /**
     * A path or query as it may stand in a request line: visible ASCII. Anything else would have to be encoded, which
     * is the sender's to do, or would end the request line.
     */
    public static boolean isRequestTarget(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                return false;
            }
        }
        return true;
    }
}
