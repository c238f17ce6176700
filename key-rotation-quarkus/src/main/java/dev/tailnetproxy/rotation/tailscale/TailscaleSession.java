package dev.tailnetproxy.rotation.tailscale;

import dev.tailnetproxy.rotation.control.ApiCalls;
import dev.tailnetproxy.rotation.control.ApiCredentials;
import dev.tailnetproxy.rotation.control.ControlServerException;
import dev.tailnetproxy.rotation.secret.SecretText;
import jakarta.ws.rs.WebApplicationException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A login by an OAuth client. A token that expires half-way is replaced once for each call. */
final class TailscaleSession {

    private static final int UNAUTHORIZED = 401;
    private static final String CALL = "get a token";
    private static final Pattern CLIENT_SECRET = Pattern.compile("tskey-client-([A-Za-z0-9]+)-.*");

    private final TailscaleApi api;
    private final ApiCalls calls;
    private final ApiCredentials credentials;
    private @Nullable SecretText token;

    TailscaleSession(TailscaleApi api, ApiCalls calls, ApiCredentials credentials) {
        this.api = api;
        this.calls = calls;
        this.credentials = credentials;
    }

    /** Makes a call with a value for {@code Authorization}. */
    <T extends @Nullable Object> T authorized(Function<String, T> call) {
        SecretText used = token == null ? login() : token;
        try {
            return call.apply(header(used));
        } catch (WebApplicationException e) {
            if (e.getResponse().getStatus() != UNAUTHORIZED) {
                throw e;
            }
            return call.apply(header(login()));
        }
    }

    private static String header(SecretText token) {
        return "Bearer " + token.reveal();
    }

    /** Gets a new token. */
    SecretText login() {
        String secret = credentials.key().reveal();
        TokenResource response =
                calls.repeatable(CALL, () -> api.token("client_credentials", clientId(secret), secret));
        if (response == null
                || response.accessToken() == null
                || response.accessToken().isBlank()) {
            throw new ControlServerException(CALL, 0, "the response has no token");
        }
        SecretText fresh = new SecretText(response.accessToken());
        token = fresh;
        return fresh;
    }

    /** The secret alone says who it is, but the form wants an id. */
    private String clientId(String secret) {
        Matcher inSecret = CLIENT_SECRET.matcher(secret);
        return credentials.id().orElseGet(() -> inSecret.matches() ? inSecret.group(1) : "tailnet-proxy");
    }
}
