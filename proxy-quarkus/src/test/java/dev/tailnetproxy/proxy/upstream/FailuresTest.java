package dev.tailnetproxy.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.proxy.ProxyConnectException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a SOCKS5 server's answer means, which for tailscaled's one code depends on how long it took. */
class FailuresTest {

    @ParameterizedTest
    @CsvSource({
        "FAILURE, 10, ConnectionRefused, true, false",
        "FAILURE, 4499, ConnectionRefused, true, false",
        "FAILURE, 4500, Timeout, true, true",
        "FAILURE, 5001, Timeout, true, true",
        "CONNECTION_REFUSED, 10, ConnectionRefused, true, false",
        "CONNECTION_REFUSED, 9000, ConnectionRefused, true, false",
        "HOST_UNREACHABLE, 10, NoTailnetRoute, true, false",
        "NETWORK_UNREACHABLE, 10, NoTailnetRoute, true, false",
        "FORBIDDEN, 10, TargetNotAllowed, false, false",
        "TTL_EXPIRED, 10, Timeout, true, true",
        "timeout, 10, Timeout, true, true",
        "disconnected, 10, ConnectionReset, true, false",
    })
    void aDialEndsIn(String status, long tookMillis, String name, boolean worthRepeating, boolean hung) {
        ProxyConnectException thrown =
                new ProxyConnectException("socks5, none, /127.0.0.1:1055 => /100.64.0.2:80, status: " + status);

        Failures.DialFailure dial = Failures.ofDial(thrown, Duration.ofMillis(tookMillis));

        assertEquals(name, dial.failure().name().wireName());
        assertEquals(worthRepeating, dial.worthRepeating());
        assertEquals(hung, dial.hung());
    }
}
