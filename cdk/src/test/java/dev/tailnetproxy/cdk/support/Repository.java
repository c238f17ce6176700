package dev.tailnetproxy.cdk.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the checkout. */
public final class Repository {

    private static final Path TOP =
            Path.of(System.getProperty("repository", "..")).toAbsolutePath().normalize();

    private Repository() {}

    public static Path file(String path) {
        return TOP.resolve(path);
    }

    public static String text(String path) {
        try {
            return Files.readString(file(path));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
