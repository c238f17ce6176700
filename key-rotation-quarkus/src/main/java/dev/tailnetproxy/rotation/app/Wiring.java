package dev.tailnetproxy.rotation.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.rotation.control.ApiCalls;
import dev.tailnetproxy.rotation.control.ControlServers;
import dev.tailnetproxy.rotation.control.Pause;
import dev.tailnetproxy.rotation.secret.ValueFormat;
import dev.tailnetproxy.rotation.settings.RotationSettings;
import dev.tailnetproxy.rotation.step.Logins;
import dev.tailnetproxy.rotation.step.Rotation;
import dev.tailnetproxy.rotation.step.RotationRules;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Makes the parts from the settings, at start, so that a wrong setting stops it. */
@Singleton
class Wiring {

    private static final Logger LOG = Logger.getLogger(Wiring.class);

    @Produces
    @Singleton
    @Startup
    RotationSettings settings(Config config) {
        try {
            return RotationSettings.of(name -> config.getOptionalValue(name, String.class));
        } catch (InvalidSettingsException e) {
            // One line each, too: Quarkus will say them in the middle of a stack trace of its own.
            e.settings().forEach(setting -> LOG.fatal(setting.sentence()));
            throw e;
        }
    }

    @Produces
    @Singleton
    SecretsManagerClient secretsManager() {
        return SecretsManagerClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    void close(@Disposes SecretsManagerClient client) {
        client.close();
    }

    @Produces
    @Singleton
    Rotation rotation(RotationSettings settings, SecretsManagerClient client) {
        return rotation(settings, client, Clock.systemUTC(), Pause.sleeping());
    }

    /** The same parts with a test's client, clock and pause. */
    static Rotation rotation(RotationSettings settings, SecretsManagerClient client, Clock clock, Pause pause) {
        ObjectMapper json = new ObjectMapper();
        ControlServers servers = RestControlServers.of(settings, new ApiCalls(pause), clock);
        Logins logins =
                new Logins(client, servers, new ValueFormat(json, Optional.empty()), settings.credentialsSecret());
        return new Rotation(
                logins,
                new ValueFormat(json, settings.keyField()),
                new RotationRules(settings.wish(), settings.overlap()),
                clock);
    }
}
