package dev.tailnetproxy.cdk;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A file of the machine that synthesizes, which has to be there. */
final class LocalFile {

    private LocalFile() {}

    /**
     * Its absolute path; a relative one begins at the working folder.
     *
     * @throws IllegalArgumentException with a sentence that names the property, the absolute path that was looked at, and
     *     the advice
     */
    static Path of(String property, String text, String advice) {
        Validate.isTrue(!text.isBlank(), property + " is blank: " + advice);
        Path file = absolute(property, text, advice);
        String hint = text.startsWith("~") ? " (no shell has put your home folder in the place of ~)" : "";
        Validate.isTrue(Files.isRegularFile(file), property + ": there is no file " + file + hint + ": " + advice);
        Validate.isTrue(Files.isReadable(file), property + ": the file " + file + " may not be read by this user");
        return file;
    }

    private static Path absolute(String property, String text, String advice) {
        try {
            return Path.of(text).toAbsolutePath();
        } catch (InvalidPathException noPath) {
            throw new IllegalArgumentException(property + " is no path of this system: " + advice, noPath);
        }
    }
}
