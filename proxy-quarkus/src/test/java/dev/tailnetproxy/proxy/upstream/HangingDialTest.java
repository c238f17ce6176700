package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.Harness.outcome;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A SOCKS5 server that takes the connection and the request and then says nothing, as tailscaled does without a path. */
class HangingDialTest {

    private static final int ALWAYS = 1000;

    private final RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    private final Harness proxy =
            Harness.options().connect(Duration.ofMillis(400)).start();

    HangingDialTest() {
        proxy.socks().route(Harness.PEER, 80, target.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private void hangs(int times, Duration each) {
        proxy.socks().hangNext(Harness.PEER, 80, times, () -> proxy.clock().pass(each));
    }

    @Test
    void isDialledAgainUntilThePathIsThere() {
        hangs(2, Duration.ofSeconds(5));

        assertEquals("200", outcome(proxy.get()));
        assertEquals(3, proxy.socks().dials().size());
    }

    @Test
    void isGivenUpAfterFourMoreDials() {
        hangs(ALWAYS, Duration.ZERO);

        assertEquals("Timeout", outcome(proxy.get()));
        assertEquals(5, proxy.socks().dials().size());
    }

    @Test
    void isNotDialledAgainBeyondTheDeadline() {
        hangs(ALWAYS, Duration.ofSeconds(5));

        assertEquals(
                "Timeout",
                outcome(proxy.call("GET").within(Duration.ofSeconds(12)).send()));
        assertEquals(3, proxy.socks().dials().size());
    }

    @Test
    void aRequestThatMustNotBeDoneTwiceIsDialledAgainToo() {
        hangs(1, Duration.ZERO);

        assertEquals("200", outcome(proxy.call("POST").send()));
        assertEquals(1, target.received().size());
    }
}
