package dev.tailnetproxy.contract;

import dev.tailnetproxy.contract.Variable.Choice;
import dev.tailnetproxy.contract.Variable.Text;
import dev.tailnetproxy.contract.Variable.WholeNumber;
import java.util.List;
import java.util.OptionalInt;

/** The environment variables by which the forwarder verifies the senders of webhooks. */
public final class WebhookVariables {

    private static final int DEFAULT_TOLERANCE_SECONDS = 300;
    private static final int MAX_TOLERANCE_SECONDS = 3600;
    private static final String HEADER_FIELD = "header field";

    public static final Choice VERIFY = new Choice(
            "TS_FORWARDER_VERIFY",
            List.of("none", "github", "stripe", "slack", "shopify", "standard-webhooks", "twilio", "hmac"),
            "how the sender signs its requests; `hmac` is described by the variables `TS_FORWARDER_HMAC_*`");

    public static final Text SECRET_ID = new Text(
            "TS_FORWARDER_SECRET_ID",
            "",
            "ARN or name",
            "the secret in Secrets Manager: one secret as it is, or a JSON list of one or two");

    public static final WholeNumber TOLERANCE_SECONDS = new WholeNumber(
            "TS_FORWARDER_TOLERANCE_SECONDS",
            OptionalInt.of(DEFAULT_TOLERANCE_SECONDS),
            1,
            MAX_TOLERANCE_SECONDS,
            "how far a signed timestamp may be from now, in both directions");

    public static final Text PUBLIC_URL = new Text(
            "TS_FORWARDER_PUBLIC_URL",
            "",
            "URL",
            "the beginning of the URL as it is set at the sender, with the stage if there is one; needed with `twilio`");

    public static final Text HMAC_HEADER =
            new Text("TS_FORWARDER_HMAC_HEADER", "", HEADER_FIELD, "the field with the signature; needed with `hmac`");

    public static final Text HMAC_PREFIX = new Text(
            "TS_FORWARDER_HMAC_PREFIX", "", "text", "what stands before the signature in its field, such as `sha256=`");

    public static final Choice HMAC_ALGORITHM =
            new Choice("TS_FORWARDER_HMAC_ALGORITHM", List.of("sha256", "sha512", "sha1"), "the hash function");

    public static final Choice HMAC_ENCODING = new Choice(
            "TS_FORWARDER_HMAC_ENCODING",
            List.of("hex", "upper-hex", "base64", "base64url"),
            "the spelling of the signature; `base64` with padding, `base64url` without");

    public static final Text HMAC_TIMESTAMP_HEADER = new Text(
            "TS_FORWARDER_HMAC_TIMESTAMP_HEADER",
            "",
            HEADER_FIELD,
            "the field with the seconds since 1970, which with a dot stand before the body in what is signed; empty: "
                    + "the body alone is signed");

    private static final List<Variable> FOR_OPERATORS = List.of(
            VERIFY,
            SECRET_ID,
            TOLERANCE_SECONDS,
            PUBLIC_URL,
            HMAC_HEADER,
            HMAC_PREFIX,
            HMAC_ALGORITHM,
            HMAC_ENCODING,
            HMAC_TIMESTAMP_HEADER);

    private WebhookVariables() {}

    /** The variables that an operator may set, in the order of the documentation. */
    public static List<Variable> forOperators() {
        return FOR_OPERATORS;
    }
}
