package dev.tailnetproxy.integration;

import java.nio.file.Path;

/** The checkout that the tests belong to, with what its build made. */
final class Checkout {

    /** Its top folder. */
    static final Path FOLDER = Path.of(System.getProperty("repository"));

    private Checkout() {}

    /** A file of it. */
    static Path file(String path) {
        return FOLDER.resolve(path);
    }
}
