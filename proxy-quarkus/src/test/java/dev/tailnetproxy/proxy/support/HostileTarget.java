package dev.tailnetproxy.proxy.support;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One line of {@code hostile-targets.json}, a table that also runs through a real tailnet in containers: the {@code
 * bytes} that the target responds, each a text or a text with the number of its repetitions, what it does {@code then}
 * (close the connection, keep it, wait, or go on with a byte now and then), and the {@code error} that has to come of
 * it; or, with {@code tls}, what is wrong with its certificate. A target with a {@code status} responds rightly and says
 * more than its response, with those bytes or {@code late}, on a connection that it keeps; its response to the {@code
 * method} has that status and that {@code body}.
 *
 * @param json the line
 */
public record HostileTarget(JsonObject json) {

    /** Those that misbehave on a connection without TLS, and whose responses are errors. */
    public static Stream<HostileTarget> plain() {
        return all().filter(target -> target.certificate().isEmpty())
                .filter(target -> target.json.containsKey("error"));
    }

    /** Those that send bytes which belong to no request. */
    public static Stream<HostileTarget> talkative() {
        return all().filter(target -> target.json.containsKey("status"));
    }

    /** Those whose certificate must not be accepted. */
    public static Stream<HostileTarget> withCertificates() {
        return all().filter(target -> target.certificate().isPresent());
    }

    private static Stream<HostileTarget> all() {
        try (InputStream in = HostileTarget.class.getResourceAsStream("/hostile-targets.json")) {
            return new JsonArray(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .stream().map(line -> new HostileTarget((JsonObject) line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String error() {
        return json.getString("error");
    }

    public String method() {
        return json.getString("method", "GET");
    }

    /** What a client has to get of a target that says more than its response. */
    public String status() {
        return json.getString("status");
    }

    public String body() {
        return json.getString("body");
    }

    /** Whether it says more when its response has been there for a while. */
    public boolean isLate() {
        return json.containsKey("late");
    }

    public Optional<String> certificate() {
        return Optional.ofNullable(json.getString("tls"));
    }

    /**
     * What the target does.
     *
     * @param finished ends the waiting, also for what it says late
     */
    public RawTarget.Response response(CountDownLatch finished) {
        byte[] bytes = bytes("bytes");
        byte[] late = bytes("late");
        return (request, out) -> {
            out.write(bytes);
            out.flush();
            switch (json.getString("then")) {
                case "wait" -> finished.await();
                case "keep" -> {
                    if (isLate()) {
                        finished.await();
                        out.write(late);
                    }
                    return true;
                }
                case "trickle" -> {
                    while (!finished.await(20, TimeUnit.MILLISECONDS)) {
                        out.write('x');
                        out.flush();
                    }
                }
                default -> {
                    // The connection ends.
                }
            }
            return false;
        };
    }

    private byte[] bytes(String key) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object piece : json.getJsonArray(key, new JsonArray())) {
            String text = piece instanceof JsonObject repeated
                    ? repeated.getString("text").repeat(repeated.getInteger("times"))
                    : (String) piece;
            bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return json.getString("name");
    }
}
