package dev.tailnetproxy.rotation.step;

import dev.tailnetproxy.rotation.control.ApiCredentials;
import dev.tailnetproxy.rotation.control.ControlServer;
import dev.tailnetproxy.rotation.control.ControlServers;
import dev.tailnetproxy.rotation.control.KeyOwner;
import dev.tailnetproxy.rotation.secret.RotatedSecret;
import dev.tailnetproxy.rotation.secret.RotationException;
import dev.tailnetproxy.rotation.secret.SecretState;
import dev.tailnetproxy.rotation.secret.SecretText;
import dev.tailnetproxy.rotation.secret.SecretVersion;
import dev.tailnetproxy.rotation.secret.Stage;
import dev.tailnetproxy.rotation.secret.ValueFormat;
import java.util.Optional;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Opens secrets, and logs in to the control server with the credentials that are in one. */
public final class Logins {

    private final SecretsManagerClient client;
    private final ControlServers servers;
    private final ValueFormat credentialsFormat;
    private final Optional<String> credentialsSecret;

    /** @param credentialsSecret name or ARN; empty where the rotated secret logs in by itself */
    public Logins(
            SecretsManagerClient client,
            ControlServers servers,
            ValueFormat credentialsFormat,
            Optional<String> credentialsSecret) {
        this.client = client;
        this.servers = servers;
        this.credentialsFormat = credentialsFormat;
        this.credentialsSecret = credentialsSecret;
    }

    RotatedSecret secret(String id) {
        return new RotatedSecret(client, id);
    }

    ControlServer server(RotatedSecret rotated, SecretState state) {
        RotatedSecret source = credentialsSecret.map(this::secret).orElse(rotated);
        SecretText value = source.read(Stage.CURRENT)
                .map(SecretVersion::value)
                .orElseThrow(
                        () -> new RotationException("The secret " + source.id() + " has no value to log in with."));
        ApiCredentials credentials = new ApiCredentials(credentialsFormat.id(value), credentialsFormat.key(value));
        return servers.connect(KeyOwner.of(state.arn()), credentials);
    }
}
