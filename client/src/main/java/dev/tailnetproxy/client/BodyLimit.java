package dev.tailnetproxy.client;

import dev.tailnetproxy.contract.SizeLimits;
import java.util.regex.Pattern;

/**
 * How large a request's body may be. Lambda takes events of 6 MB, and a Function URL puts a body that it does not take for
 * text into its event in base64, which makes 4 bytes of 3. AWS does not document what it takes for text; where that is not
 * certain, the smaller limit counts.
 *
 * @param bytes the limit; what is larger can't pass, what is smaller may still be too large with the headers around it
 * @param inBase64 whether the limit is that of a body in base64
 */
record BodyLimit(int bytes, boolean inBase64) {

    /** Media types that were observed to pass as text. */
    private static final Pattern TEXT = Pattern.compile(
            "\\s*(text/[\\w!#$&^.-]+|application/(json|xml|javascript))\\s*(;[^,]*)?", Pattern.CASE_INSENSITIVE);

    /** Bytes of another charset can't stand in JSON as they are. */
    private static final Pattern OTHER_CHARSET = Pattern.compile(
            ";\\s*charset\\s*=(?!\\s*(\"(utf-8|us-ascii)\"|utf-8|us-ascii)\\s*(;|$))", Pattern.CASE_INSENSITIVE);

    /** The limit for a media type, empty for none, and a content coding, empty for none. */
    static BodyLimit of(String contentType, String contentEncoding) {
        boolean isText = TEXT.matcher(contentType).matches()
                && !OTHER_CHARSET.matcher(contentType).find()
                && contentEncoding.isEmpty();
        return isText
                ? new BodyLimit(SizeLimits.MAX_LAMBDA_PAYLOAD_BYTES, false)
                : new BodyLimit(SizeLimits.MAX_LAMBDA_PAYLOAD_BYTES / 4 * 3, true);
    }

    String sentence() {
        return "the request's body has more than " + bytes + " bytes, the most that Lambda can carry"
                + (inBase64 ? " of a body that may go in base64 (6 MB in base64)" : " (6 MB)") + "; send it in parts";
    }
}
