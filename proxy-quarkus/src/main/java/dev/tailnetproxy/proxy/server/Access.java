package dev.tailnetproxy.proxy.server;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Who may send requests to the HTTP port, as files that are read again when they change.
 *
 * @param tls the port's certificate and key, and whose certificates clients need; empty for no TLS
 * @param tokens file of bearer tokens; empty where none is asked for
 */
public record Access(Optional<Tls> tls, Optional<Path> tokens) {

    public Access {
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(tokens, "tokens");
        tokens.ifPresent(file -> checkFile(file, "token"));
    }

    /**
     * TLS on the port.
     *
     * @param certificate PEM file of the certificate and what leads from it to its authority
     * @param key PEM file of its private key
     * @param clientAuthority PEM file of the authorities whose certificates clients must show; empty where they need none
     */
    public record Tls(Path certificate, Path key, Optional<Path> clientAuthority) {

        public Tls {
            Objects.requireNonNull(certificate, "certificate");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(clientAuthority, "clientAuthority");
            checkFile(certificate, "certificate");
            checkFile(key, "key");
            clientAuthority.ifPresent(file -> checkFile(file, "client authority"));
        }
    }

    private static void checkFile(Path file, String name) {
        if (file.toString().isBlank()) {
            throw new IllegalArgumentException("the " + name + " file has no name");
        }
    }

    /** Everybody who reaches the port, in plain text. */
    public static Access open() {
        return new Access(Optional.empty(), Optional.empty());
    }

    /** Whether nothing tells one client from another. */
    public boolean isOpen() {
        return tokens.isEmpty() && tls.flatMap(Tls::clientAuthority).isEmpty();
    }
}
