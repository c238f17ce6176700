package dev.tailnetproxy.rotation.tailscale;

import dev.tailnetproxy.rotation.control.ApiCalls;
import dev.tailnetproxy.rotation.control.ApiCredentials;
import dev.tailnetproxy.rotation.control.ControlServer;
import dev.tailnetproxy.rotation.control.ControlServerException;
import dev.tailnetproxy.rotation.control.KeyOwner;
import dev.tailnetproxy.rotation.control.KeyWish;
import dev.tailnetproxy.rotation.control.KnownKey;
import dev.tailnetproxy.rotation.control.NewKey;
import dev.tailnetproxy.rotation.secret.RotationException;
import dev.tailnetproxy.rotation.secret.SecretText;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tailscale's API. A key's text contains its id, which is how a stored value is matched with a key. */
public final class TailscaleControlServer implements ControlServer {

    private static final String CREATE = "make a key";
    private static final int NOT_FOUND = 404;
    private static final Pattern KEY = Pattern.compile("tskey-[a-z]+-([A-Za-z0-9]+)-.+");

    private final TailscaleApi api;
    private final ApiCalls calls;
    private final KeyWish wish;
    private final KeyOwner owner;
    private final Clock clock;
    private final TailscaleSession session;

    /** @param wish what a new key is to be */
    public TailscaleControlServer(
            TailscaleApi api, ApiCalls calls, KeyWish wish, Clock clock, KeyOwner owner, ApiCredentials credentials) {
        this.api = api;
        this.calls = calls;
        this.wish = wish;
        this.clock = clock;
        this.owner = owner;
        this.session = new TailscaleSession(api, calls, credentials);
    }

    @Override
    public NewKey create(String version) {
        KeyRequest request = KeyRequest.of(wish, owner.description(version));
        KeyResource made =
                calls.once(CREATE, () -> session.authorized(authorization -> api.create(authorization, request)));
        if (made == null
                || made.id() == null
                || made.key() == null
                || !made.key().contains(KeyResource.mark(made.id()))) {
            throw new ControlServerException(CREATE, 0, "the response has no key, or one without its id");
        }
        return new NewKey(made.known(clock.instant()), new SecretText(made.key()));
    }

    @Override
    public List<KnownKey> ownKeys() {
        KeyList list = calls.repeatable(
                "list the keys", () -> session.authorized(authorization -> api.list(authorization, true)));
        if (list == null || list.keys() == null) {
            throw new ControlServerException("list the keys", 0, "the response has no list");
        }
        return list.keys().stream()
                .flatMap(key -> key.isBare() ? get(key.id()).stream() : Optional.of(key).stream())
                .filter(key -> owner.owns(key.descriptionOrEmpty()))
                .map(key -> key.known(clock.instant()))
                .filter(KnownKey::valid)
                .toList();
    }

    @Override
    public Optional<KnownKey> find(SecretText key) {
        Matcher matcher = KEY.matcher(key.reveal());
        if (!matcher.matches()) {
            throw new RotationException("The secret holds no key of Tailscale.");
        }
        return get(matcher.group(1)).map(found -> found.known(clock.instant()));
    }

    private Optional<KeyResource> get(String id) {
        try {
            return Optional.ofNullable(calls.repeatable(
                    "look at a key", () -> session.authorized(authorization -> api.get(authorization, id))));
        } catch (ControlServerException e) {
            return emptyIfGone(e);
        }
    }

    private static Optional<KeyResource> emptyIfGone(ControlServerException e) {
        if (e.status() == NOT_FOUND) {
            return Optional.empty();
        }
        throw e;
    }

    @Override
    public void revoke(KnownKey key) {
        try {
            calls.repeatable(
                    "revoke a key",
                    () -> session.authorized(authorization -> {
                        api.delete(authorization, key.id());
                        return key;
                    }));
        } catch (ControlServerException e) {
            emptyIfGone(e);
        }
    }

    @Override
    public void tryOut(SecretText key) {
        if (wish instanceof KeyWish.OauthClient) {
            new TailscaleSession(api, calls, new ApiCredentials(Optional.empty(), key)).login();
        }
    }
}
