package dev.tailnetproxy.localstack.tailnet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates in the forms in which Java processes trust them. */
public final class TrustStore {

    /** Certificates are public; the form wants one. */
    public static final String PASSWORD = "public";

    private TrustStore() {}

    /**
     * A PKCS 12 file.
     *
     * @param pem one certificate or several
     */
    public static byte[] of(String pem) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store(pem).store(bytes, PASSWORD.toCharArray());
            return bytes.toByteArray();
        } catch (GeneralSecurityException | IOException wrong) {
            throw new IllegalStateException("the certificate can't be stored", wrong);
        }
    }

    /**
     * The settings of TLS for a client of this process.
     *
     * @param pem one certificate or several
     */
    public static SSLContext context(String pem) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store(pem));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException wrong) {
            throw new IllegalStateException("the certificate can't be trusted", wrong);
        }
    }

    private static KeyStore store(String pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        ByteArrayInputStream bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
            store.setCertificateEntry("authority-" + store.size(), certificate);
        }
        return store;
    }
}
