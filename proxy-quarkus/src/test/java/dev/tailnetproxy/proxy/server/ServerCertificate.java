package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestProxyOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** What the HTTP port needs to speak TLS, and with it HTTP/2. */
public record ServerCertificate(TestCertificates certificates, Path certificate, Path key) {

    public static ServerCertificate in(Path dir) throws Exception {
        TestCertificates certificates = new TestCertificates(dir);
        ServerCertificate made = new ServerCertificate(certificates, dir.resolve("tls.crt"), dir.resolve("tls.key"));
        TestCertificates.writePem(certificates.issue("proxy", "127.0.0.1", "-1d"), made.certificate(), made.key());
        return made;
    }

    /** Of a proxy for everybody that speaks TLS with it. */
    public TestProxyOptions options() {
        return TestProxy.options().access(access());
    }

    /** For everybody. */
    Access access() {
        return new Access(Optional.of(new Access.Tls(certificate, key, Optional.empty())), Optional.empty());
    }

    /** For clients with a token of this file. */
    Access access(Path tokens) {
        return new Access(access().tls(), Optional.of(tokens));
    }

    /** For clients with a certificate of the same authority. */
    Access mutual() {
        return new Access(
                Optional.of(new Access.Tls(certificate, key, Optional.of(certificates.authority()))), Optional.empty());
    }

    /** What a client needs that trusts the authority, and has no certificate. */
    SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificates.authority())) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
