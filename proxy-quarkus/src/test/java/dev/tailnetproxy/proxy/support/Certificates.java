package dev.tailnetproxy.proxy.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority, and certificates from it, made by the JDK's keytool. */
public final class Certificates {

    public static final String PASSWORD = "changeit";

    private final Path dir;

    public Certificates(Path dir) {
        this.dir = dir;
        keytool("ca", "-genkeypair", "-keyalg", "EC", "-dname", "CN=test authority", "-ext", "bc:c");
        keytool("ca", "-exportcert", "-rfc", "-file", authority().toString());
    }

    /** The authority's certificate in PEM. */
    public Path authority() {
        return dir.resolve("ca.pem");
    }

    /**
     * Makes a certificate that is valid for ten days.
     *
     * @param name DNS name that it is for
     * @param start when it becomes valid, as keytool writes it
     * @return a PKCS 12 file with key and chain
     */
    public Path issue(String id, String name, String start) {
        String request = dir.resolve(id + ".csr").toString();
        String certificate = dir.resolve(id + ".pem").toString();
        keytool(id, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name);
        keytool(id, "-certreq", "-file", request);
        keytool(
                "ca",
                "-gencert",
                "-rfc",
                "-infile",
                request,
                "-outfile",
                certificate,
                "-startdate",
                start,
                "-validity",
                "10",
                "-ext",
                "san=dns:" + name);
        keytool(id, "ca", "-importcert", "-noprompt", "-file", authority().toString());
        keytool(id, "-importcert", "-noprompt", "-file", certificate);
        return store(id);
    }

    private Path store(String id) {
        return dir.resolve(id + ".p12");
    }

    private void keytool(String id, String command, String... arguments) {
        boolean aliased = !command.startsWith("-");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        if (!aliased) {
            line.add(command);
        }
        line.addAll(List.of(arguments));
        line.addAll(List.of(
                "-alias",
                aliased ? command : id,
                "-keystore",
                store(id).toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
