package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.time.Durations;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** tailscaled's LocalAPI, as far as the proxy needs it. Every method blocks. */
final class LocalApi {

    /** The name that tailscaled expects in {@code Host}, whatever the socket is called. */
    private static final String HOST = "local-tailscaled.sock";

    /**
     * As long as tailscaled gives a query over TCP, the only kind that goes through the tailnet in userspace. Less would
     * cut off the second and the third try to connect, after 1 s and 3 s, while a path is being found.
     */
    static final Duration MAX_QUERY_TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

    /** NotifyInitialState, NotifyPeerChanges and NotifyNoNetMap of tailscale's {@code ipn} package. */
    private static final int WATCH_MASK = 1 << 1 | 1 << 12 | 1 << 13;

    private final Path socket;
    private final Duration readTimeout;

    LocalApi(Path socket, Duration readTimeout) {
        this.socket = socket;
        this.readTimeout = readTimeout;
    }

    JsonObject status() throws IOException {
        return json("/localapi/v0/status", readTimeout);
    }

    JsonObject prefs() throws IOException {
        return json("/localapi/v0/prefs", readTimeout);
    }

    /** The addresses of a name in the records of one type, {@code A} or {@code AAAA}; empty when there is none. */
    List<IpAddress> addresses(String name, String type, Duration atMost) throws IOException {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
        JsonObject response = json(
                "/localapi/v0/dns-query?name=" + encoded + "&type=" + type, Durations.min(atMost, MAX_QUERY_TIMEOUT));
        String message = response.getString("Bytes");
        if (message == null) {
            return List.of();
        }
        try {
            return DnsAnswer.addresses(Base64.getDecoder().decode(message));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Opens the stream of notifications: one JSON object a line, the first one at once. */
    UnixHttpStream watch() throws IOException {
        UnixHttpStream stream =
                UnixHttpStream.get(socket, HOST, "/localapi/v0/watch-ipn-bus?mask=" + WATCH_MASK, readTimeout);
        if (stream.status() != 200) {
            stream.close();
            throw new IOException("watch-ipn-bus responded " + stream.status());
        }
        return stream;
    }

    /** Asks for a disco ping of a peer; the response comes when the peer has replied, and never when it has not. */
    UnixHttpStream sendPing(IpAddress peer) throws IOException {
        String encoded = URLEncoder.encode(peer.toString(), StandardCharsets.UTF_8);
        return UnixHttpStream.send(
                "POST", socket, HOST, "/localapi/v0/ping?ip=" + encoded + "&type=disco", readTimeout);
    }

    /** Which way the reply to a ping came, if there was one. */
    enum Pong {
        NONE,
        DIRECT,
        RELAYED
    }

    /**
     * What became of a ping whose response has come.
     *
     * @throws IOException when this tailscaled does not ping
     */
    static Pong pong(UnixHttpStream ping) throws IOException {
        ping.readHeaderSection();
        JsonObject result = body(ping, "/localapi/v0/ping");
        Object error = result.getValue("Err");
        if (error != null && !error.equals("")) {
            return Pong.NONE;
        }
        return result.getValue("DERPRegionID") instanceof Number region && region.intValue() != 0
                ? Pong.RELAYED
                : Pong.DIRECT;
    }

    /** @param chunkTimeout how long to wait for each piece of the response */
    private JsonObject json(String path, Duration chunkTimeout) throws IOException {
        try (UnixHttpStream stream = UnixHttpStream.get(socket, HOST, path, chunkTimeout)) {
            return body(stream, path.replaceAll("\\?.*", ""));
        }
    }

    private static JsonObject body(UnixHttpStream stream, String name) throws IOException {
        byte[] body = stream.readNBytes(MAX_RESPONSE_BYTES);
        if (stream.status() != 200) {
            throw new IOException(name + " responded with " + stream.status());
        }
        try {
            JsonObject object = new JsonObject(new String(body, StandardCharsets.UTF_8));
            if (object.getMap() == null) {
                throw new DecodeException("null");
            }
            return object;
        } catch (DecodeException | ClassCastException e) {
            throw new IOException("the LocalAPI's response is not a JSON object", e);
        }
    }
}
