package dev.tailnetproxy.proxy.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.impl.KeyStoreHelper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.Optional;

/**
 * What the HTTP port's TLS files hold, checked: a key that is not the certificate's, as while two files are being replaced,
 * would let every handshake fail.
 *
 * @param certificate the certificate and what leads from it to its authority
 * @param key its private key
 * @param clientAuthority authorities of clients' certificates
 */
public record PemFiles(String certificate, String key, Optional<String> clientAuthority) {

    public PemFiles {
        try {
            checkPair(certificate, key);
            if (clientAuthority.isPresent()) {
                checkCertificates(clientAuthority.get());
            }
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException("they hold no certificate in PEM with its private key", e);
        }
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException with a sentence that quotes nothing of them
     */
    public static PemFiles read(Access.Tls files) {
        return new PemFiles(
                text(files.certificate()),
                text(files.key()),
                files.clientAuthority().map(PemFiles::text));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read", e);
        }
    }

    private static void checkPair(String certificate, String key) throws Exception {
        KeyStore store = keyCertificate(certificate, key).loadKeyStore(null);
        for (String alias : Collections.list(store.aliases())) {
            if (store.getKey(alias, KeyStoreHelper.DUMMY_PASSWORD.toCharArray()) instanceof PrivateKey secret
                    && !areOnePair(secret, store.getCertificate(alias))) {
                throw new IllegalArgumentException("the key is not that of the certificate");
            }
        }
    }

    private static boolean areOnePair(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] something = "something".getBytes(StandardCharsets.US_ASCII);
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(something);
        Signature checking = Signature.getInstance(algorithm);
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        checking.initVerify(certificate.getPublicKey());
        checking.update(something);
        return checking.verify(signing.sign());
    }

    private static void checkCertificates(String pem) throws GeneralSecurityException {
        if (CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
                .isEmpty()) {
            throw new IllegalArgumentException("there is no certificate of an authority");
        }
    }

    private static PemKeyCertOptions keyCertificate(String certificate, String key) {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(certificate, "ISO-8859-1"))
                .addKeyValue(Buffer.buffer(key, "ISO-8859-1"));
    }

    /** For a server that is not listening yet. */
    void configure(HttpServerOptions options) {
        SSLOptions own = options();
        options.setSsl(true)
                .setKeyCertOptions(own.getKeyCertOptions())
                .setClientAuth(clientAuthority.isPresent() ? ClientAuth.REQUIRED : ClientAuth.NONE);
        if (clientAuthority.isPresent()) {
            options.setTrustOptions(own.getTrustOptions());
        }
    }

    /** For the next connections of a server that is listening. */
    SSLOptions options() {
        SSLOptions options = new SSLOptions().setUseAlpn(true).setKeyCertOptions(keyCertificate(certificate, key));
        clientAuthority.ifPresent(
                pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem, "ISO-8859-1"))));
        return options;
    }

    @Override
    public String toString() {
        return "certificate and key";
    }
}
