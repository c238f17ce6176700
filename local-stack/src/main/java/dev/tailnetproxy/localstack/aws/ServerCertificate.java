package dev.tailnetproxy.localstack.aws;

import dev.tailnetproxy.localstack.tailnet.TrustStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A key pair of a server, made for one start by the JDK's keytool, with a certificate that nobody else signed.
 *
 * @param certificate in PEM
 * @param key in PEM, as PKCS 8
 */
record ServerCertificate(String certificate, String key) {

    private static final String ALIAS = "server";
    private static final String LINE_END = "\n";
    private static final int LINE_LENGTH = 64;

    /** @param names the DNS names that it is for; it is for the IPv4 loopback address as well */
    static ServerCertificate create(List<String> names) {
        try {
            Path folder = Files.createTempDirectory("certificate");
            Path store = folder.resolve("server.p12");
            try {
                keytool(store, names);
                return read(store);
            } finally {
                Files.deleteIfExists(store);
                Files.delete(folder);
            }
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException("no certificate can be made", failure);
        }
    }

    private static void keytool(Path store, List<String> names) throws IOException {
        String alternatives = names.stream().map(name -> "dns:" + name).collect(Collectors.joining(","));
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=local AWS",
                        "-ext",
                        "bc:c",
                        "-ext",
                        "san=" + alternatives + ",ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        TrustStore.PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    private static ServerCertificate read(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(file)) {
            store.load(bytes, TrustStore.PASSWORD.toCharArray());
        }
        return new ServerCertificate(
                pem("CERTIFICATE", store.getCertificate(ALIAS).getEncoded()),
                pem(
                        "PRIVATE KEY",
                        store.getKey(ALIAS, TrustStore.PASSWORD.toCharArray()).getEncoded()));
    }

    private static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(LINE_LENGTH, LINE_END.getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /** The key stays out of logs. */
    @Override
    public String toString() {
        return "ServerCertificate[" + certificate + "]";
    }
}
