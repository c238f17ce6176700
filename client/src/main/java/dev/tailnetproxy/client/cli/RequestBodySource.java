package dev.tailnetproxy.client.cli;

import java.io.FileNotFoundException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;

/** Where the request's body comes from: the text itself, {@code @file}, or {@code @-} and {@code -} for standard input. */
record RequestBodySource(String text) {

    BodyPublisher publisher(InputStream standardInput) throws FileNotFoundException {
        if (text.equals("-") || text.equals("@-")) {
            return BodyPublishers.ofInputStream(() -> standardInput);
        }
        return text.startsWith("@") ? BodyPublishers.ofFile(Path.of(text.substring(1))) : BodyPublishers.ofString(text);
    }
}
