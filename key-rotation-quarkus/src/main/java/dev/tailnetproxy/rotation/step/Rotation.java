package dev.tailnetproxy.rotation.step;

import dev.tailnetproxy.rotation.control.ControlServer;
import dev.tailnetproxy.rotation.control.ControlServerException;
import dev.tailnetproxy.rotation.control.KnownKey;
import dev.tailnetproxy.rotation.control.NewKey;
import dev.tailnetproxy.rotation.control.Traits;
import dev.tailnetproxy.rotation.secret.RotatedSecret;
import dev.tailnetproxy.rotation.secret.RotationException;
import dev.tailnetproxy.rotation.secret.SecretState;
import dev.tailnetproxy.rotation.secret.SecretText;
import dev.tailnetproxy.rotation.secret.SecretVersion;
import dev.tailnetproxy.rotation.secret.Stage;
import dev.tailnetproxy.rotation.secret.ValueFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * What each step does. A step keeps nothing for the next one: it reads where the rotation is from the labels, so that it may
 * be repeated after an end at any line.
 */
public final class Rotation {

    private static final Logger LOG = Logger.getLogger(Rotation.class);
    private static final Set<Stage> ALL = EnumSet.allOf(Stage.class);
    private static final Set<Stage> WITHOUT_OLD = EnumSet.of(Stage.CURRENT, Stage.PENDING);

    private final Logins logins;
    private final ValueFormat format;
    private final RotationRules rules;
    private final Clock clock;

    /**
     * The parts of a rotation.
     *
     * @param logins opens secrets and logs in to the control server
     * @param format how the secret holds its key
     */
    public Rotation(Logins logins, ValueFormat format, RotationRules rules, Clock clock) {
        this.logins = logins;
        this.format = format;
        this.rules = rules;
        this.clock = clock;
    }

    void createSecret(RotationRequest request) {
        RotatedSecret secret = logins.secret(request.secretId());
        SecretState state = secret.describe();
        if (isFinished(state, request)) {
            return;
        }
        rules.requireLifetimeBeyond(state.periodDays());
        if (secret.read(request.version(), Stage.PENDING).isPresent()) {
            return;
        }
        Optional<SecretText> before = secret.read(Stage.CURRENT).map(SecretVersion::value);
        ControlServer server = logins.server(secret, state);
        StrayKeys.revoke(server, secret, ALL);
        NewKey key = make(server, secret, request);
        store(server, secret, request, key, format.value(before, key.known().id(), key.text()));
        LOG.infof("made the key %s and stored it as %s", key.known().id(), Stage.PENDING.label());
    }

    /** A call without a usable response may have made a key. It is not known by its id, but nothing refers to it. */
    private static NewKey make(ControlServer server, RotatedSecret secret, RotationRequest request) {
        try {
            return server.create(request.version());
        } catch (RuntimeException failure) {
            boolean refused = failure instanceof ControlServerException told && !told.mayHaveHappened();
            if (!refused) {
                attempt(() -> StrayKeys.revoke(server, secret, ALL), failure);
            }
            throw failure;
        }
    }

    /** The key goes again only when it is sure that it was not stored; otherwise the next try finds out. */
    private static void store(
            ControlServer server, RotatedSecret secret, RotationRequest request, NewKey key, SecretText value) {
        try {
            secret.storePending(request.version(), value, request.rotationToken());
        } catch (RuntimeException failure) {
            Optional<Boolean> stored = isStored(secret, request, value, failure);
            if (stored.isPresent() && stored.get()) {
                LOG.info("the value was stored, although the response was lost");
                return;
            }
            if (stored.isPresent()) {
                attempt(() -> server.revoke(key.known()), failure);
            }
            throw failure;
        }
    }

    private static Optional<Boolean> isStored(
            RotatedSecret secret, RotationRequest request, SecretText value, RuntimeException failure) {
        try {
            return Optional.of(secret.read(request.version(), Stage.PENDING)
                    .map(SecretVersion::value)
                    .filter(value::equals)
                    .isPresent());
        } catch (RuntimeException unknown) {
            failure.addSuppressed(unknown);
            return Optional.empty();
        }
    }

    private static void attempt(Runnable cleaning, RuntimeException failure) {
        try {
            cleaning.run();
        } catch (RuntimeException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    void setSecret(RotationRequest request) {
        SecretState state = logins.secret(request.secretId()).describe();
        if (!isFinished(state, request)) {
            LOG.debug("nothing to set: the control server knows the key that it made");
        }
    }

    /** Needs no createSecret before it: where a rotation is set up but not started, the pending value is the current one. */
    void testSecret(RotationRequest request) {
        RotatedSecret secret = logins.secret(request.secretId());
        SecretState state = secret.describe();
        requireVersion(state, request);
        if (state.has(request.version(), Stage.CURRENT) && !state.has(request.version(), Stage.PENDING)) {
            return;
        }
        SecretVersion pending = secret.read(request.version(), Stage.PENDING)
                .orElseThrow(() -> new RotationException(
                        "The version " + request.version() + " has no value to test; createSecret has to come first."));
        SecretText key = format.key(pending.value());
        ControlServer server = logins.server(secret, state);
        KnownKey known = server.find(key)
                .filter(KnownKey::valid)
                .orElseThrow(
                        () -> new RotationException("The key is unknown to the control server, expired or revoked."));
        requireTraits(known);
        server.tryOut(key);
    }

    private void requireTraits(KnownKey known) {
        Traits wanted = rules.wish().traits();
        Set<String> missing = wanted.without(known.traits());
        Set<String> beyond = known.traits().without(wanted);
        if (!missing.isEmpty() || !beyond.isEmpty()) {
            throw new RotationException("The key " + known.id() + " is not as wanted: missing " + missing + ", beyond "
                    + beyond + ". Compare the variables TS_ROTATION_*.");
        }
    }

    void finishSecret(RotationRequest request) {
        RotatedSecret secret = logins.secret(request.secretId());
        SecretState state = secret.describe();
        if (!isFinished(state, request)) {
            if (secret.read(request.version(), Stage.PENDING).isEmpty()) {
                throw new RotationException("The version " + request.version() + " has no value to make current.");
            }
            secret.makeCurrent(request.version(), state.version(Stage.CURRENT));
            LOG.infof("made the version %s current", request.version());
        }
        StrayKeys.revoke(logins.server(secret, state), secret, ALL);
    }

    void removeOldKeys(String secretId) {
        RotatedSecret secret = logins.secret(secretId);
        SecretState state = secret.describe();
        SecretVersion current =
                secret.read(Stage.CURRENT).orElseThrow(() -> new RotationException("The secret has no current value."));
        Duration age = Duration.between(current.created(), clock.instant());
        boolean isOver = age.compareTo(rules.overlap()) >= 0;
        StrayKeys.revoke(logins.server(secret, state), secret, isOver ? WITHOUT_OLD : ALL);
    }

    private static boolean isFinished(SecretState state, RotationRequest request) {
        if (!state.rotationEnabled()) {
            throw new RotationException("The secret is not set up for rotation.");
        }
        requireVersion(state, request);
        if (state.has(request.version(), Stage.CURRENT)) {
            return true;
        }
        if (!state.has(request.version(), Stage.PENDING)) {
            throw new RotationException("The version " + request.version() + " is not pending.");
        }
        return false;
    }

    private static void requireVersion(SecretState state, RotationRequest request) {
        if (!state.hasVersion(request.version())) {
            throw new RotationException("The secret has no version " + request.version() + ".");
        }
    }
}
