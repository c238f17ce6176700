package dev.tailnetproxy.localstack.tailnet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** A certificate in the form in which a Java process trusts it. */
final class TrustStore {

    /** Certificates are public; the form wants one. */
    static final String PASSWORD = "public";

    private TrustStore() {}

    /** @param pem one certificate */
    static byte[] of(String pem) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "control-server",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, PASSWORD.toCharArray());
            return bytes.toByteArray();
        } catch (GeneralSecurityException | IOException wrong) {
            throw new IllegalStateException("the certificate can't be stored", wrong);
        }
    }
}
