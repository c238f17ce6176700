package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens that open the HTTP port (RFC 6750). What is kept of them is their hashes: those are compared, in the same time
 * whatever is given, and a log can't show more.
 *
 * @param hashes of the tokens, in hexadecimal digits
 */
public record BearerTokens(List<String> hashes) {

    /** The old one and the new one, while clients are moved from the one to the other. */
    private static final int MAX = 2;

    /** Shorter ones can be guessed. */
    private static final Pattern TOKEN = Pattern.compile("(?=.{16,512}$)[A-Za-z0-9._~+/-]+=*");

    private static final Pattern CREDENTIALS = Pattern.compile("(?i:bearer) +([^ ]+)");

    public BearerTokens {
        hashes = List.copyOf(hashes);
        if (hashes.isEmpty() || hashes.size() > MAX) {
            throw new IllegalArgumentException("one or two tokens are needed, each on a line of its own");
        }
    }

    /**
     * The tokens of a file: one a line, empty lines aside.
     *
     * @throws IllegalArgumentException with a sentence that quotes no token
     */
    public static BearerTokens read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read as text", e);
        }
        return new BearerTokens(lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(BearerTokens::checked)
                .map(BearerTokens::hash)
                .toList());
    }

    private static String checked(String token) {
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "a token has 16 to 512 characters, each a letter, a digit or one of -._~+/, with = at its end only");
        }
        return token;
    }

    /**
     * Checks what a request shows.
     *
     * @param authorization values of its {@code Authorization} fields
     * @throws ProxyFailure {@code Unauthorized}
     */
    void check(List<String> authorization) {
        if (authorization.size() != 1) {
            throw new ProxyFailure(ErrorName.UNAUTHORIZED, "a bearer token is needed, in one Authorization field");
        }
        Matcher credentials = CREDENTIALS.matcher(authorization.get(0));
        if (!credentials.matches() || !isKnown(credentials.group(1))) {
            throw new ProxyFailure(ErrorName.UNAUTHORIZED, "the Authorization field holds no token that is accepted");
        }
    }

    /** All of them are compared, so that the time does not tell which one it is. */
    private boolean isKnown(String token) {
        byte[] given = hash(token).getBytes(StandardCharsets.US_ASCII);
        boolean known = false;
        for (String hash : hashes) {
            known |= MessageDigest.isEqual(hash.getBytes(StandardCharsets.US_ASCII), given);
        }
        return known;
    }

    private static String hash(String token) {
        try {
            byte[] bytes = Objects.requireNonNull(token).getBytes(StandardCharsets.ISO_8859_1);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return hashes.size() + " tokens";
    }
}
