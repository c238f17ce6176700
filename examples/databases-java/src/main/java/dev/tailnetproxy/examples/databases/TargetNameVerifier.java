package dev.tailnetproxy.examples.databases;

import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSession;
import org.postgresql.ssl.PGjdbcHostnameVerifier;

/** Compares the database's certificate with its name in the tailnet: the host of the URL is the forward's address. */
public final class TargetNameVerifier implements HostnameVerifier {

    /** The one that the driver makes. */
    public TargetNameVerifier() {}

    @Override
    public boolean verify(String forwardAddress, SSLSession session) {
        return PGjdbcHostnameVerifier.INSTANCE.verify(System.getenv("DATABASE_NAME"), session);
    }
}
