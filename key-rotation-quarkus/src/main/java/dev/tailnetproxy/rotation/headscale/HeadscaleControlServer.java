package dev.tailnetproxy.rotation.headscale;

import dev.tailnetproxy.rotation.control.ApiCalls;
import dev.tailnetproxy.rotation.control.ApiCredentials;
import dev.tailnetproxy.rotation.control.ControlServer;
import dev.tailnetproxy.rotation.control.ControlServerException;
import dev.tailnetproxy.rotation.control.KeyWish;
import dev.tailnetproxy.rotation.control.KnownKey;
import dev.tailnetproxy.rotation.control.NewKey;
import dev.tailnetproxy.rotation.secret.RotationException;
import dev.tailnetproxy.rotation.secret.SecretText;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Headscale's API. Its keys have no description, so that a user of its own tells which are the secret's. A key is made to
 * expire instead of deleted: headscale asks the key whether a node is ephemeral.
 */
public final class HeadscaleControlServer implements ControlServer {

    private static final String CREATE = "make a key";
    private static final String LIST = "list the keys";

    private final HeadscaleApi api;
    private final ApiCalls calls;
    private final KeyWish.AuthKey wish;
    private final String user;
    private final Clock clock;
    private final ApiCredentials credentials;

    /**
     * A login by an API key.
     *
     * @param user the id of the user that has no keys but this secret's
     */
    public HeadscaleControlServer(
            HeadscaleApi api,
            ApiCalls calls,
            KeyWish.AuthKey wish,
            String user,
            Clock clock,
            ApiCredentials credentials) {
        this.api = api;
        this.calls = calls;
        this.wish = wish;
        this.user = user;
        this.clock = clock;
        this.credentials = credentials;
    }

    private String authorization() {
        return "Bearer " + credentials.key().reveal();
    }

    @Override
    public NewKey create(String version) {
        Instant expiration = clock.instant().plus(wish.validFor()).truncatedTo(ChronoUnit.SECONDS);
        PreAuthKey.Request request =
                new PreAuthKey.Request(user, wish.reusable(), wish.ephemeral(), expiration.toString(), wish.tags());
        PreAuthKey.One response = calls.once(CREATE, () -> api.create(authorization(), request));
        PreAuthKey made = response == null ? null : response.preAuthKey();
        Optional<KnownKey> known = made == null ? Optional.empty() : made.known(clock.instant());
        if (made == null || made.key() == null || known.isEmpty()) {
            throw new ControlServerException(CREATE, 0, "the response has no key, or one of an unknown form");
        }
        return new NewKey(known.get(), new SecretText(made.key()));
    }

    @Override
    public List<KnownKey> ownKeys() {
        return list().filter(key -> key.belongsTo(user))
                .flatMap(key -> key.known(clock.instant()).stream())
                .filter(KnownKey::valid)
                .toList();
    }

    private Stream<PreAuthKey> list() {
        PreAuthKey.Many response = calls.repeatable(LIST, () -> api.list(authorization()));
        if (response == null || response.preAuthKeys() == null) {
            throw new ControlServerException(LIST, 0, "the response has no list");
        }
        return response.preAuthKeys().stream();
    }

    @Override
    public Optional<KnownKey> find(SecretText key) {
        String mark = PreAuthKey.mark(key.reveal())
                .orElseThrow(() -> new RotationException("The secret holds no key of headscale."));
        return list().flatMap(listed -> listed.known(clock.instant()).stream())
                .filter(known -> known.mark().equals(mark))
                .findFirst();
    }

    @Override
    public void revoke(KnownKey key) {
        calls.repeatable("revoke a key", () -> api.expire(authorization(), new PreAuthKey.Id(key.id())));
    }
}
