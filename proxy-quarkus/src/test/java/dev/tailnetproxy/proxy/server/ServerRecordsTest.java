package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.tailnetproxy.function.address.Port;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server's records refuse what no server could work with. */
class ServerRecordsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration BEFORE = Duration.ofMillis(-1);
    private static final Path FILE = Path.of("file.pem");
    private static final Path NONE = Path.of("");

    private static ServerSettings ports(int port, int managementPort) {
        return new ServerSettings(
                "::", freeOr(port), "::", freeOr(managementPort), SECOND, SECOND, SECOND, SECOND, 1, Access.open());
    }

    private static Optional<Port> freeOr(int port) {
        return port == 0 ? Optional.empty() : Optional.of(new Port(port));
    }

    private static ServerSettings hosts(String host, String managementHost) {
        return new ServerSettings(
                host, freeOr(1), managementHost, freeOr(2), SECOND, SECOND, SECOND, SECOND, 1, Access.open());
    }

    private static ServerSettings times(Duration idle, Duration request, Duration upgradeIdle, Duration drain) {
        return new ServerSettings(
                "::", freeOr(1), "::", freeOr(2), idle, request, upgradeIdle, drain, 1, Access.open());
    }

    private static ServerSettings connections(int max) {
        return new ServerSettings("::", freeOr(1), "::", freeOr(2), SECOND, SECOND, SECOND, SECOND, max, Access.open());
    }

    static Stream<Named<ThrowingCallable>> valid() {
        return Stream.of(
                Named.of("free ports", () -> ports(0, 0)),
                Named.of("the last ports", () -> ports(65535, 65534)),
                Named.of("no time to drain", () -> times(SECOND, SECOND, SECOND, Duration.ZERO)),
                Named.of("one pending response", () -> new ConnectionLimits(SECOND, SECOND, SECOND, 1)),
                Named.of("TLS files", () -> new Access.Tls(FILE, FILE, Optional.of(FILE))));
    }

    static Stream<Named<ThrowingCallable>> invalid() {
        return Stream.of(
                Named.of("the same port twice", () -> ports(443, 443)),
                Named.of("a port below the range", () -> ports(-1, 1)),
                Named.of("a port above the range", () -> ports(65536, 1)),
                Named.of("a management port above the range", () -> ports(1, 65536)),
                Named.of("an empty host", () -> hosts("", "::")),
                Named.of("a blank host", () -> hosts(" ", "::")),
                Named.of("a blank management host", () -> hosts("::", "\t")),
                Named.of("no idle time", () -> times(Duration.ZERO, SECOND, SECOND, SECOND)),
                Named.of("a negative request timeout", () -> times(SECOND, BEFORE, SECOND, SECOND)),
                Named.of("a negative drain timeout", () -> times(SECOND, SECOND, SECOND, BEFORE)),
                Named.of("no idle time after an upgrade", () -> times(SECOND, SECOND, Duration.ZERO, SECOND)),
                Named.of("no connection", () -> connections(0)),
                Named.of("a connection without idle time", () -> new ConnectionLimits(BEFORE, SECOND, SECOND, 1)),
                Named.of(
                        "a connection without time for a request",
                        () -> new ConnectionLimits(SECOND, Duration.ZERO, SECOND, 1)),
                Named.of("a connection without writing time", () -> new ConnectionLimits(SECOND, SECOND, BEFORE, 1)),
                Named.of("a connection without requests", () -> new ConnectionLimits(SECOND, SECOND, SECOND, 0)),
                Named.of("a certificate without name", () -> new Access.Tls(NONE, FILE, Optional.empty())),
                Named.of("a key without name", () -> new Access.Tls(FILE, NONE, Optional.empty())),
                Named.of("an authority without name", () -> new Access.Tls(FILE, FILE, Optional.of(NONE))),
                Named.of("tokens without name", () -> new Access(Optional.empty(), Optional.of(NONE))));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void usableValuesAreTaken(ThrowingCallable creation) {
        assertThatNoException().isThrownBy(creation);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void unusableValuesAreRefused(ThrowingCallable creation) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(creation);
    }
}
