package dev.tailnetproxy.client;

import java.util.regex.Pattern;

/**
 * How large a request's body may be. Lambda takes events of 6 MB, and a Function URL puts every body that is not plain text
 * into its event in base64, which makes 4 bytes of 3.
 *
 * @param bytes the limit; what is larger can't pass, what is smaller may still be too large with the headers around it
 * @param inBase64 whether the limit is that of a body in base64
 */
record BodyLimit(int bytes, boolean inBase64) {

    private static final int LARGEST_EVENT = 6 * 1024 * 1024;
    private static final Pattern TEXT = Pattern.compile(
            "\\s*(text/[^;]*|application/(json|xml|javascript)|[^/;]+/[^/;]+\\+(json|xml))\\s*(;.*)?",
            Pattern.CASE_INSENSITIVE);

    /** The limit for a media type, empty for none, and a content coding, empty for none. */
    static BodyLimit of(String contentType, String contentEncoding) {
        boolean isText = TEXT.matcher(contentType).matches() && contentEncoding.isEmpty();
        return isText ? new BodyLimit(LARGEST_EVENT, false) : new BodyLimit(LARGEST_EVENT / 4 * 3, true);
    }

    String sentence() {
        return "the request's body has more than " + bytes + " bytes, the most that Lambda can carry"
                + (inBase64 ? " of a binary body (6 MB in base64)" : " (6 MB)") + "; send it in parts";
    }
}
