package dev.tailnetproxy.proxy.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
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
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

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
                    && !isKeyPair(secret, store.getCertificate(alias))) {
                throw new IllegalArgumentException("the key is not that of the certificate");
            }
        }
    }

    private static boolean isKeyPair(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] sample = "something".getBytes(StandardCharsets.US_ASCII);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(sample);
        Signature verifier = Signature.getInstance(algorithm);
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        verifier.initVerify(certificate.getPublicKey());
        verifier.update(sample);
        return verifier.verify(signer.sign());
    }

    private static void checkCertificates(String pem) throws GeneralSecurityException {
        if (certificates(pem).isEmpty()) {
            throw new IllegalArgumentException("there is no certificate of an authority");
        }
    }

    private static Collection<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static PemKeyCertOptions keyCertificate(String certificate, String key) {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(certificate, "ISO-8859-1"))
                .addKeyValue(Buffer.buffer(key, "ISO-8859-1"));
    }

    /** What a server shows in a handshake. */
    X509ExtendedKeyManager keyManager() {
        try {
            return first(
                    X509ExtendedKeyManager.class,
                    keyCertificate(certificate, key).getKeyManagerFactory(null).getKeyManagers());
        } catch (Exception e) {
            throw new IllegalStateException("BUG: a checked certificate can't be used", e);
        }
    }

    /** Whom a server takes certificates of; nobody without an authority. */
    X509ExtendedTrustManager trustManager() {
        try {
            KeyStore authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            int number = 0;
            for (Certificate authority : certificates(clientAuthority.orElse(""))) {
                authorities.setCertificateEntry("authority-" + number++, authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities);
            return first(X509ExtendedTrustManager.class, factory.getTrustManagers());
        } catch (Exception e) {
            throw new IllegalStateException("BUG: checked certificates of authorities can't be used", e);
        }
    }

    private static <T> T first(Class<T> kind, Object[] managers) {
        return Arrays.stream(managers)
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return "certificate and key";
    }
}
