package dev.tailnetproxy.proxy.webhook;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/**
 * A secret in Secrets Manager, in its version {@code AWSCURRENT}. {@code AWSPREVIOUS} is not read: it stays until the next
 * change, so that a secret would be accepted for as long as nobody thinks of it.
 */
public final class SecretsManagerSecret implements SecretSource, AutoCloseable {

    /** A sender waits meanwhile; most give up after ten seconds. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final SecretsManagerClient client;
    private final String secretId;

    private SecretsManagerSecret(SecretsManagerClient client, String secretId) {
        this.client = client;
        this.secretId = secretId;
    }

    /**
     * With region, credentials and endpoint as the AWS SDK finds them.
     *
     * @param secretId ARN or name
     * @throws IllegalStateException with a sentence, when there is no region
     */
    public static SecretsManagerSecret fromEnvironment(String secretId) {
        try {
            return new SecretsManagerSecret(
                    SecretsManagerClient.builder()
                            // The JDK's client: no event loop of its own, and small in a native executable.
                            .httpClient(UrlConnectionHttpClient.create())
                            .overrideConfiguration(override -> override.apiCallTimeout(TIMEOUT))
                            .build(),
                    secretId);
        } catch (SdkException e) {
            throw new IllegalStateException("the AWS SDK can't be set up: " + e.getMessage(), e);
        }
    }

    @Override
    public String read() {
        return Optional.ofNullable(version().secretString())
                .orElseThrow(() -> new UnreadableSecretException("it has bytes where a text is needed"));
    }

    private GetSecretValueResponse version() {
        try {
            return client.getSecretValue(request -> request.secretId(secretId).versionStage("AWSCURRENT"));
        } catch (SdkException e) {
            throw new UnreadableSecretException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
