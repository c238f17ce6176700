package dev.tailnetproxy.proxy.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The certificate authorities that targets are checked against. */
public final class TrustStore {

    private TrustStore() {}

    /**
     * The certificates of a PEM file.
     *
     * @throws IllegalArgumentException with a sentence, when the file holds none
     */
    public static Collection<? extends Certificate> certificates(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("there is no certificate in " + pem);
            }
            return certificates;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("there are no readable certificates in " + pem, e);
        }
    }

    /**
     * The JDK's authorities and those of a PEM file.
     *
     * @throws IllegalArgumentException with a sentence, when the file holds no certificates
     */
    static X509TrustManager withJdkAuthorities(Path pem) {
        Collection<? extends Certificate> more = certificates(pem);
        try {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            int number = 0;
            for (X509Certificate root : manager(null).getAcceptedIssuers()) {
                all.setCertificateEntry("jdk-" + number++, root);
            }
            for (Certificate certificate : more) {
                all.setCertificateEntry("bundle-" + number++, certificate);
            }
            return manager(all);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("there are no readable certificates in " + pem, e);
        }
    }

    /** A manager for these authorities; for the JDK's own when there are none given. */
    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("no X.509 trust manager"));
    }
}
