package dev.tailnetproxy.contract;

import dev.tailnetproxy.contract.Variable.Choice;
import dev.tailnetproxy.contract.Variable.Flag;
import dev.tailnetproxy.contract.Variable.Text;
import dev.tailnetproxy.contract.Variable.WholeNumber;
import java.util.List;
import java.util.OptionalInt;

/** The environment variables of the key rotation. */
public final class RotationVariables {

    private static final int MAX_OVERLAP_HOURS = 2160;
    private static final int MAX_USER = 999_999_999;

    public static final Choice CONTROL_SERVER =
            new Choice("TS_ROTATION_CONTROL_SERVER", List.of("tailscale", "headscale"), "whose API makes the keys");

    public static final Text API_URL = new Text(
            "TS_ROTATION_API_URL",
            "https://api.tailscale.com",
            "URL with `https`, or with `http` to a loopback address",
            "address of the API; headscale has no default");

    public static final Text CREDENTIALS_SECRET = new Text(
            "TS_ROTATION_CREDENTIALS_SECRET",
            "",
            "name or ARN",
            "the secret with the OAuth client (`{\"id\",\"key\"}`, or its secret alone) or headscale's API key; empty "
                    + "only where the rotated secret is the OAuth client itself");

    public static final Choice KIND = new Choice(
            "TS_ROTATION_KIND",
            List.of("auth-key", "oauth-client"),
            "what the secret holds; `oauth-client` only with Tailscale");

    public static final Text TAGS = new Text(
            "TS_ROTATION_TAGS", "", "tags, separated by commas", "tags of nodes that join with the key; required");

    public static final Text SCOPES = new Text(
            "TS_ROTATION_SCOPES", "", "scopes, separated by commas", "scopes of the OAuth client; only for it");

    public static final Flag REUSABLE = new Flag("TS_ROTATION_REUSABLE", true, "many nodes join with the key");

    public static final Flag EPHEMERAL =
            new Flag("TS_ROTATION_EPHEMERAL", true, "nodes of the key are removed when they are offline");

    public static final Flag PREAUTHORIZED =
            new Flag("TS_ROTATION_PREAUTHORIZED", true, "nodes of the key need no approval; always with headscale");

    public static final WholeNumber KEY_DAYS = new WholeNumber(
            "TS_ROTATION_KEY_DAYS",
            OptionalInt.of(90),
            1,
            90,
            "days until the key expires; longer than the period of the rotation");

    public static final WholeNumber OVERLAP_HOURS = new WholeNumber(
            "TS_ROTATION_OVERLAP_HOURS",
            OptionalInt.of(24),
            0,
            MAX_OVERLAP_HOURS,
            "hours for which the old key stays valid beside the new one");

    public static final WholeNumber HEADSCALE_USER = new WholeNumber(
            "TS_ROTATION_HEADSCALE_USER",
            OptionalInt.empty(),
            1,
            MAX_USER,
            "id of the headscale user whose keys this secret's rotation owns; required with headscale");

    public static final Text SECRET_KEY_FIELD = LayerVariables.SECRET_KEY_FIELD;

    private RotationVariables() {}

    /** All of them, in the order of the documentation. */
    public static List<Variable> forOperators() {
        return List.of(
                CONTROL_SERVER,
                API_URL,
                CREDENTIALS_SECRET,
                KIND,
                TAGS,
                SCOPES,
                REUSABLE,
                EPHEMERAL,
                PREAUTHORIZED,
                KEY_DAYS,
                OVERLAP_HOURS,
                HEADSCALE_USER,
                SECRET_KEY_FIELD);
    }
}
