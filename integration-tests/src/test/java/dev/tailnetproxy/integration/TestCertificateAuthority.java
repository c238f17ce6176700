package dev.tailnetproxy.integration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority of a test's own; the keys are made by the JDK's keytool in a temporary folder. */
final class TestCertificateAuthority {

    /** Protects nothing; a PKCS 12 file has to have one. */
    static final String PASSWORD = "changeit";

    private final Path store;

    TestCertificateAuthority(Path dir) {
        store = dir.resolve("authority.p12");
        run(store, "-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=test authority", "-ext", "bc:c");
    }

    /** The authority's certificate in PEM. */
    String certificate() {
        return run(store, "-exportcert", "-rfc", "-alias", "ca");
    }

    /**
     * A key with a certificate that is valid for ten days.
     *
     * @param name DNS name that it is for
     * @param start when it becomes valid, as keytool writes it
     * @return a PKCS 12 file
     */
    byte[] issue(String alias, String name, String start) throws IOException {
        run(
                store,
                "-genkeypair",
                "-alias",
                alias,
                "-signer",
                "ca",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-startdate",
                start,
                "-validity",
                "10");
        // Alone in its file: a server with two keys shows the one that it likes.
        Path alone = store.resolveSibling(alias + ".p12");
        run(alone, "-importkeystore", "-srckeystore", store.toString(), "-srcstorepass", PASSWORD, "-srcalias", alias);
        return Files.readAllBytes(alone);
    }

    /** A key with a certificate that no authority signed, as a PKCS 12 file. */
    byte[] selfSigned(String alias, String name) throws IOException {
        Path alone = store.resolveSibling(alias + ".p12");
        run(alone, "-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=dns:" + name);
        return Files.readAllBytes(alone);
    }

    private static String run(Path store, String command, String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.add(command);
        line.addAll(List.of(arguments));
        String prefix = command.equals("-importkeystore") ? "-dest" : "-";
        line.addAll(List.of(prefix + "keystore", store.toString(), prefix + "storepass", PASSWORD));
        line.addAll(List.of(prefix + "storetype", "PKCS12"));
        try {
            Process keytool = new ProcessBuilder(line).redirectErrorStream(true).start();
            String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
            return output;
        } catch (IOException failure) {
            throw new IllegalStateException("keytool can't be run", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}
