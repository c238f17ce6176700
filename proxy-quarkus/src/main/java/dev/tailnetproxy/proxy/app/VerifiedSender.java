package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.contract.WebhookVariables;
import dev.tailnetproxy.function.environment.InvalidSetting;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.webhook.CachedSecrets;
import dev.tailnetproxy.proxy.webhook.SecretsManagerSecret;
import dev.tailnetproxy.proxy.webhook.SenderVerification;
import dev.tailnetproxy.proxy.webhook.SignedRequest;
import dev.tailnetproxy.proxy.webhook.VerificationSettings;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Accepts requests with their sender's signature; its secrets are in Secrets Manager. */
record VerifiedSender(SenderVerification verification) implements SenderCheck {

    /** @throws InvalidSettingsException when Secrets Manager can't be used here */
    static VerifiedSender of(VerificationSettings settings, Clock clock) {
        return new VerifiedSender(new SenderVerification(
                settings.scheme(),
                settings.tolerance(),
                new CachedSecrets(settings.scheme(), secret(settings.secretId()), clock),
                clock));
    }

    private static SecretsManagerSecret secret(String id) {
        try {
            return SecretsManagerSecret.fromEnvironment(id);
        } catch (IllegalStateException e) {
            throw new InvalidSettingsException(List.of(new InvalidSetting(
                    WebhookVariables.SECRET_ID.name(), "can't be read here, because " + e.getMessage())));
        }
    }

    @Override
    public Optional<String> signedId(ProxyRequest request, byte[] body) {
        return verification.messageId(SignedRequest.of(request, body));
    }

    @Override
    public Optional<String> refusal(ProxyRequest request, byte[] body) {
        return verification
                .verify(SignedRequest.of(request, body))
                .fold(accepted -> Optional.empty(), refused -> Optional.of(refused.reason()));
    }
}
