package dev.tailnetproxy.proxy.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the value of a secret in Secrets Manager: one secret as it is, or a JSON list of one or two. */
final class SecretText {

    /** The old one and the new one, while the sender changes from the one to the other. */
    static final int MAX_SECRETS = 2;

    /** Who has seen one signed request can try shorter ones as fast as a computer computes. */
    private static final int MIN_LENGTH = 16;

    private static final String EXPECTED = "the value must be one secret, or a JSON list of one or two texts";

    private SecretText() {}

    /** @throws IllegalArgumentException with a sentence that quotes nothing of the value */
    static List<String> parse(String value) {
        List<String> secrets = isJson(value) ? list(value) : List.of(withoutLineEnd(value));
        if (secrets.isEmpty() || secrets.size() > MAX_SECRETS) {
            throw new IllegalArgumentException(EXPECTED);
        }
        if (secrets.stream().anyMatch(secret -> secret.isBlank() || secret.length() < MIN_LENGTH)) {
            throw new IllegalArgumentException("a secret must have at least " + MIN_LENGTH + " characters");
        }
        return secrets;
    }

    /** An object is JSON too: the console writes one for a key with a value, which nobody means as the secret itself. */
    private static boolean isJson(String value) {
        String text = value.strip();
        return text.startsWith("[") || text.startsWith("{");
    }

    /** Editors and {@code file://} put one there. White space elsewhere belongs to the secret. */
    private static String withoutLineEnd(String value) {
        return value.replaceFirst("\r?\n\\z", "");
    }

    private static List<String> list(String value) {
        List<String> secrets = new ArrayList<>(MAX_SECRETS);
        try (JsonParser parser = new JsonFactory().createParser(value)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException(EXPECTED);
            }
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                secrets.add(parser.getText());
            }
            if (parser.currentToken() != JsonToken.END_ARRAY || parser.nextToken() != null) {
                throw new IllegalArgumentException(EXPECTED);
            }
        } catch (IOException e) {
            // Not kept as the cause: a parser's message quotes what it can't read.
            return List.of();
        }
        return secrets;
    }
}
