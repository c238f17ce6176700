package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.function.address.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority, and certificates from it, made by the JDK's keytool. */
public final class TestCertificates {

    public static final String PASSWORD = "changeit";

    private final Path dir;

    public TestCertificates(Path dir) {
        this.dir = dir;
        keytool("-genkeypair", "ca", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=test authority", "-ext", "bc:c");
        keytool(
                "-exportcert",
                "ca",
                "-alias",
                "ca",
                "-rfc",
                "-file",
                authority().toString());
    }

    /** The authority's certificate in PEM. */
    public Path authority() {
        return dir.resolve("ca.pem");
    }

    /**
     * Makes a certificate that is valid for ten days.
     *
     * @param name DNS name or address that it is for
     * @param start when it becomes valid, as keytool writes it
     * @return a PKCS 12 file with key and chain
     */
    public Path issue(String id, String name, String start) {
        String kind = IpAddress.parse(name).isPresent() ? "ip:" : "dns:";
        List<String> subject = List.of("-dname", "CN=" + name, "-ext", "san=" + kind + name);
        List<String> validity = List.of("-startdate", start, "-validity", "10");
        List<String> all = new ArrayList<>(List.of("-alias", id, "-keyalg", "EC", "-signer", "ca"));
        all.addAll(subject);
        all.addAll(validity);
        keytool("-genkeypair", "ca", all.toArray(String[]::new));
        // Alone in its file: a server with two keys shows the one that it likes.
        String from = store("ca").toString();
        keytool("-importkeystore", id, "-srcalias", id, "-srckeystore", from, "-srcstorepass", PASSWORD);
        return store(id);
    }

    /** Makes a certificate that no authority signed. */
    public Path selfSigned(String id, String name) {
        keytool("-genkeypair", id, "-alias", id, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=dns:" + name);
        return store(id);
    }

    /** Writes the key of such a file, and its certificate with what leads to the authority, as two files in PEM. */
    public static void writePem(Path store, Path certificate, Path key) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        String alias = keys.aliases().nextElement();
        StringBuilder chain = new StringBuilder();
        for (Certificate one : keys.getCertificateChain(alias)) {
            chain.append(pem("CERTIFICATE", one.getEncoded()));
        }
        Files.writeString(certificate, chain);
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + kind + "-----\n";
    }

    private Path store(String id) {
        return dir.resolve(id + ".p12");
    }

    private void keytool(String command, String store, String... arguments) {
        String which = command.equals("-importkeystore") ? "-dest" : "-";
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.add(command);
        line.addAll(List.of(arguments));
        line.addAll(List.of(which + "keystore", store(store).toString()));
        line.addAll(List.of(which + "storepass", PASSWORD, which + "storetype", "PKCS12"));
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
