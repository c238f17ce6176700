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
 * bytes} that the target answers, each a text or a text with the number of its repetitions, what it does {@code then}
 * (close the connection, wait, or go on with a byte now and then), and the {@code error} that has to come of it; or,
 * with {@code tls}, what is wrong with its certificate.
 *
 * @param json the line
 */
public record HostileTarget(JsonObject json) {

    /** Those that misbehave on a connection without TLS. */
    public static Stream<HostileTarget> plain() {
        return all().filter(target -> target.certificate().isEmpty());
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

    public Optional<String> certificate() {
        return Optional.ofNullable(json.getString("tls"));
    }

    /**
     * What the target does.
     *
     * @param over ends the waiting
     */
    public RawTarget.Answer answer(CountDownLatch over) {
        byte[] bytes = bytes();
        return (request, out) -> {
            out.write(bytes);
            out.flush();
            switch (json.getString("then")) {
                case "wait" -> over.await();
                case "trickle" -> {
                    while (!over.await(20, TimeUnit.MILLISECONDS)) {
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

    private byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object piece : json.getJsonArray("bytes", new JsonArray())) {
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
