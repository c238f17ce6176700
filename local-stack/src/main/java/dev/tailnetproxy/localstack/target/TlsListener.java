package dev.tailnetproxy.localstack.target;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Opens ports that speak TLS with a key of a PKCS 12 file. */
final class TlsListener {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private TlsListener() {}

    static ServerSocket open(InetAddress address, int port, byte[] pkcs12) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(pkcs12), PASSWORD);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context.getServerSocketFactory().createServerSocket(port, 128, address);
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the key can't be used", unusable);
        }
    }
}
