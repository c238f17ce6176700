package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.HmacAlgorithm;
import dev.tailnetproxy.cdk.HmacOptions;
import dev.tailnetproxy.cdk.SenderVerification;
import dev.tailnetproxy.cdk.SignatureEncoding;
import dev.tailnetproxy.cdk.SignatureScheme;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/** The settings that say how senders are verified. */
record VerificationSettings(Context context) {

    private static final String NONE = "none";
    private static final String SCHEMES = Context.words(SignatureScheme.class);
    private static final int SECRET_LENGTH = 48;

    private static final List<ContextName> OF_VERIFICATION = List.of(
            ContextName.WEBHOOK_SECRET,
            ContextName.WEBHOOK_SECRET_KEY,
            ContextName.TOLERANCE_SECONDS,
            ContextName.PUBLIC_URL,
            ContextName.HMAC_HEADER,
            ContextName.HMAC_PREFIX,
            ContextName.HMAC_ALGORITHM,
            ContextName.HMAC_ENCODING,
            ContextName.HMAC_TIMESTAMP_HEADER);

    /** Empty only where the settings say so: who forgets it is told. */
    Optional<SenderVerification> verification(Construct scope) {
        boolean isDemo = context.scenario() == Scenario.WEBHOOK_DEMO;
        if (!isDemo) {
            context.required(
                    ContextName.VERIFY,
                    SCHEMES + ", or " + NONE + " if the list of sources is all that keeps strangers away");
        }
        if (context.text(ContextName.VERIFY).filter(NONE::equals).isPresent()) {
            refuseWithoutEffect(OF_VERIFICATION, "verify=" + NONE);
            return Optional.empty();
        }
        SignatureScheme scheme =
                context.choice(ContextName.VERIFY, SignatureScheme.class).orElse(SignatureScheme.GITHUB);
        SenderVerification.Builder verification =
                SenderVerification.builder().scheme(scheme).secret(secret(scope, isDemo));
        context.key(scope, "WebhookSecretKey", ContextName.WEBHOOK_SECRET_KEY)
                .ifPresent(verification::secretEncryptionKey);
        context.number(ContextName.TOLERANCE_SECONDS).map(Duration::seconds).ifPresent(verification::tolerance);
        return Optional.of(verification
                .publicUrl(context.text(ContextName.PUBLIC_URL))
                .hmac(hmac(scheme))
                .build());
    }

    /** A demonstration may make one up. */
    private ISecret secret(Construct scope, boolean isDemo) {
        if (isDemo && !context.has(ContextName.WEBHOOK_SECRET)) {
            return Secret.Builder.create(scope, "WebhookSecret")
                    .description("What senders of webhooks sign with")
                    .generateSecretString(SecretStringGenerator.builder()
                            .passwordLength(SECRET_LENGTH)
                            .excludePunctuation(true)
                            .build())
                    .build();
        }
        String name = context.required(
                ContextName.WEBHOOK_SECRET, "name or whole ARN of the secret that the sender signs with");
        return context.secret(scope, "WebhookSecret", ContextName.WEBHOOK_SECRET, name);
    }

    private Optional<HmacOptions> hmac(SignatureScheme scheme) {
        if (scheme != SignatureScheme.HMAC) {
            refuseWithoutEffect(
                    Arrays.asList(
                            ContextName.HMAC_HEADER,
                            ContextName.HMAC_PREFIX,
                            ContextName.HMAC_ALGORITHM,
                            ContextName.HMAC_ENCODING,
                            ContextName.HMAC_TIMESTAMP_HEADER),
                    "another verify than hmac");
            return Optional.empty();
        }
        return Optional.of(HmacOptions.builder()
                .header(context.required(ContextName.HMAC_HEADER, "the header field with the signature"))
                .prefix(context.text(ContextName.HMAC_PREFIX))
                .algorithm(context.choice(ContextName.HMAC_ALGORITHM, HmacAlgorithm.class))
                .encoding(context.choice(ContextName.HMAC_ENCODING, SignatureEncoding.class))
                .timestampHeader(context.text(ContextName.HMAC_TIMESTAMP_HEADER))
                .build());
    }

    /** Who gives one of these believes that it protects. */
    private void refuseWithoutEffect(List<ContextName> names, String beside) {
        names.stream().filter(context::has).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(
                    name.key() + " has no effect beside " + beside + ": leave one of them out");
        });
    }
}
