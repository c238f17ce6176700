package dev.tailnetproxy.rotation.app;

import dev.tailnetproxy.rotation.control.Pause;
import dev.tailnetproxy.rotation.settings.RotationSettings;
import dev.tailnetproxy.rotation.support.Calls;
import dev.tailnetproxy.rotation.support.SecretsManagerStandIn;
import dev.tailnetproxy.testkit.TestClock;
import dev.tailnetproxy.testkit.TestInvocation;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A function with everything that it calls, and the calls that Secrets Manager makes of it. */
final class Scenario {

    static final String SECRET = "tailscale-auth-key";
    static final String CREDENTIALS = "api-credentials";
    static final List<String> STEPS = List.of("createSecret", "setSecret", "testSecret", "finishSecret");

    final SecretsManagerStandIn secrets;
    final TestClock clock;
    private final RotationFunction function;
    private int rotations;

    Scenario(Calls calls, TestClock clock, URI api, Map<String, String> variables) {
        this.clock = clock;
        this.secrets = new SecretsManagerStandIn(calls, clock);
        Map<String, String> all = new HashMap<>(Map.of(
                "TS_ROTATION_API_URL",
                api.toString(),
                "TS_ROTATION_CREDENTIALS_SECRET",
                CREDENTIALS,
                "TS_ROTATION_TAGS",
                "tag:lambda"));
        all.putAll(variables);
        RotationSettings settings = RotationSettings.of(name -> Optional.ofNullable(all.get(name)));
        Pause none = duration -> {};
        this.function = new RotationFunction(Wiring.rotation(settings, secrets, clock, none));
    }

    /** A whole rotation, 60 days after the last. */
    void rotate() {
        clock.pass(Duration.ofDays(60));
        run(begin());
    }

    /** Secrets Manager begins a rotation. */
    String begin() {
        rotations++;
        String token = "rotation-" + rotations + "-0123456789abcdef0123456789abcdef";
        secrets.begin(SECRET, token);
        return token;
    }

    /** All steps, up to the first that fails. */
    void run(String token) {
        STEPS.forEach(step -> step(step, token));
    }

    void step(String step, String token) {
        invoke(new RotationEvent(step, SECRET, token, null));
    }

    void removeOldKeys() {
        invoke(new RotationEvent("removeOldKeys", SECRET, null, null));
    }

    void invoke(RotationEvent event) {
        String done = function.handleRequest(event, new TestInvocation(30_000));
        if (!done.equals(event.step())) {
            throw new IllegalStateException("another step");
        }
    }
}
