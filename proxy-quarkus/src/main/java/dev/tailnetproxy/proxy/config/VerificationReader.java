package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.contract.ForwarderGrammar;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.contract.WebhookVariables;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.proxy.webhook.GenericHmac;
import dev.tailnetproxy.proxy.webhook.GitHub;
import dev.tailnetproxy.proxy.webhook.HmacAlgorithm;
import dev.tailnetproxy.proxy.webhook.PublicUrl;
import dev.tailnetproxy.proxy.webhook.Scheme;
import dev.tailnetproxy.proxy.webhook.Shopify;
import dev.tailnetproxy.proxy.webhook.SignatureEncoding;
import dev.tailnetproxy.proxy.webhook.SignatureFormat;
import dev.tailnetproxy.proxy.webhook.Slack;
import dev.tailnetproxy.proxy.webhook.StandardWebhooks;
import dev.tailnetproxy.proxy.webhook.Stripe;
import dev.tailnetproxy.proxy.webhook.Twilio;
import dev.tailnetproxy.proxy.webhook.VerificationSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how the senders of webhooks are verified. */
final class VerificationReader {

    private static final Set<String> SIGNED_TIMESTAMP = Set.of("stripe", "slack", "standard-webhooks");

    private static final List<Variable> OF_HMAC = List.of(
            WebhookVariables.HMAC_HEADER,
            WebhookVariables.HMAC_PREFIX,
            WebhookVariables.HMAC_ALGORITHM,
            WebhookVariables.HMAC_ENCODING,
            WebhookVariables.HMAC_TIMESTAMP_HEADER);

    private final EnvironmentReader environment;
    private final String word;

    private VerificationReader(EnvironmentReader environment) {
        this.environment = environment;
        this.word = environment.choice(WebhookVariables.VERIFY);
    }

    /** The settings; empty when senders are not verified, or when there is a mistake, which the reader keeps. */
    static Optional<VerificationSettings> read(EnvironmentReader environment) {
        return new VerificationReader(environment).settings();
    }

    private Optional<VerificationSettings> settings() {
        boolean isKnown =
                environment.value(WebhookVariables.VERIFY).orElse(word).equals(word);
        if (!isKnown) {
            return Optional.empty();
        }
        rejectWithoutEffect();
        Duration tolerance = Duration.ofSeconds(environment.number(WebhookVariables.TOLERANCE_SECONDS));
        if (word.equals("none")) {
            return Optional.empty();
        }
        Optional<String> secretId = required(WebhookVariables.SECRET_ID);
        return scheme().flatMap(scheme -> secretId.map(id -> new VerificationSettings(scheme, id, tolerance)));
    }

    /** Who sets one of these believes that it protects. */
    private void rejectWithoutEffect() {
        if (word.equals("none")) {
            environment.rejectWithoutEffect(
                    WebhookVariables.SECRET_ID, "another value of TS_FORWARDER_VERIFY than \"none\"");
        }
        boolean isTimestampSigned = SIGNED_TIMESTAMP.contains(word)
                || (word.equals("hmac") && environment.isSet(WebhookVariables.HMAC_TIMESTAMP_HEADER));
        if (!isTimestampSigned) {
            environment.rejectWithoutEffect(WebhookVariables.TOLERANCE_SECONDS, "a scheme that signs a timestamp");
        }
        if (!word.equals("twilio")) {
            environment.rejectWithoutEffect(WebhookVariables.PUBLIC_URL, "TS_FORWARDER_VERIFY=twilio");
        }
        if (!word.equals("hmac")) {
            OF_HMAC.forEach(variable -> environment.rejectWithoutEffect(variable, "TS_FORWARDER_VERIFY=hmac"));
        }
    }

    private Optional<Scheme> scheme() {
        return switch (word) {
            case "github" -> Optional.of(new GitHub());
            case "stripe" -> Optional.of(new Stripe());
            case "slack" -> Optional.of(new Slack());
            case "shopify" -> Optional.of(new Shopify());
            case "standard-webhooks" -> Optional.of(new StandardWebhooks());
            case "twilio" -> required(WebhookVariables.PUBLIC_URL).flatMap(this::twilio);
            default -> required(WebhookVariables.HMAC_HEADER).flatMap(this::hmac);
        };
    }

    private Optional<Scheme> twilio(String url) {
        try {
            return Optional.of(new Twilio(PublicUrl.parse(url)));
        } catch (IllegalArgumentException e) {
            environment.reject(WebhookVariables.PUBLIC_URL, e.getMessage() + ", but is \"" + url + "\"");
            return Optional.empty();
        }
    }

    private Optional<Scheme> hmac(String field) {
        Optional<String> timestampField = environment.value(WebhookVariables.HMAC_TIMESTAMP_HEADER);
        boolean valid = isFieldName(WebhookVariables.HMAC_HEADER, field)
                && timestampField
                        .filter(name -> !isFieldName(WebhookVariables.HMAC_TIMESTAMP_HEADER, name))
                        .isEmpty();
        if (timestampField.filter(field::equalsIgnoreCase).isPresent()) {
            environment.reject(
                    WebhookVariables.HMAC_TIMESTAMP_HEADER,
                    "must be another field than " + WebhookVariables.HMAC_HEADER.name());
            valid = false;
        }
        SignatureFormat format = new SignatureFormat(algorithm(), encoding());
        String prefix = environment.text(WebhookVariables.HMAC_PREFIX);
        return valid ? Optional.of(new GenericHmac(field, prefix, format, timestampField)) : Optional.empty();
    }

    private boolean isFieldName(Variable variable, String name) {
        if (ForwarderGrammar.isFieldName(name)) {
            return true;
        }
        environment.reject(
                variable,
                "must be the name of a header field that is not the proxy's own (ts-…), but is \"" + name + "\"");
        return false;
    }

    private HmacAlgorithm algorithm() {
        return switch (environment.choice(WebhookVariables.HMAC_ALGORITHM)) {
            case "sha1" -> HmacAlgorithm.SHA1;
            case "sha512" -> HmacAlgorithm.SHA512;
            default -> HmacAlgorithm.SHA256;
        };
    }

    private SignatureEncoding encoding() {
        return switch (environment.choice(WebhookVariables.HMAC_ENCODING)) {
            case "upper-hex" -> SignatureEncoding.UPPER_HEX;
            case "base64" -> SignatureEncoding.BASE64;
            case "base64url" -> SignatureEncoding.BASE64URL;
            default -> SignatureEncoding.HEX;
        };
    }

    private Optional<String> required(Variable variable) {
        Optional<String> value = environment.value(variable);
        if (value.isEmpty()) {
            environment.reject(
                    variable, "is needed with " + WebhookVariables.VERIFY.name() + "=" + word + ", but is not set");
        }
        return value;
    }
}
