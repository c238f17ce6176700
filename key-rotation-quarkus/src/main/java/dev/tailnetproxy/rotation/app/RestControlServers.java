package dev.tailnetproxy.rotation.app;

import dev.tailnetproxy.rotation.control.ApiCalls;
import dev.tailnetproxy.rotation.control.ControlServers;
import dev.tailnetproxy.rotation.control.KeyWish;
import dev.tailnetproxy.rotation.headscale.HeadscaleApi;
import dev.tailnetproxy.rotation.headscale.HeadscaleControlServer;
import dev.tailnetproxy.rotation.settings.RotationSettings;
import dev.tailnetproxy.rotation.tailscale.TailscaleApi;
import dev.tailnetproxy.rotation.tailscale.TailscaleControlServer;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** The control server of the settings through Quarkus's REST client. */
final class RestControlServers {

    private static final int CONNECT_SECONDS = 5;
    private static final int RESPONSE_SECONDS = 10;

    private RestControlServers() {}

    static ControlServers of(RotationSettings settings, ApiCalls calls, Clock clock) {
        if (settings.headscaleUser().isPresent()) {
            HeadscaleApi api = client(HeadscaleApi.class, settings.api());
            KeyWish.AuthKey wish = (KeyWish.AuthKey) settings.wish();
            String user = settings.headscaleUser().get();
            return (owner, credentials) -> new HeadscaleControlServer(api, calls, wish, user, clock, credentials);
        }
        TailscaleApi api = client(TailscaleApi.class, settings.api());
        return (owner, credentials) ->
                new TailscaleControlServer(api, calls, settings.wish(), clock, owner, credentials);
    }

    /** No redirects: the credentials go to the configured server and to no other. */
    private static <T> T client(Class<T> api, URI address) {
        return QuarkusRestClientBuilder.newBuilder()
                .baseUri(address)
                .connectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .readTimeout(RESPONSE_SECONDS, TimeUnit.SECONDS)
                .followRedirects(false)
                .build(api);
    }
}
