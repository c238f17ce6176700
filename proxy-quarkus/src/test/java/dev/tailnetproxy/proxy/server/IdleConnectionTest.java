package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection without a request is not kept for ever; one with a request is not idle. */
class IdleConnectionTest {

    private static final String TARGET = "host: proxy\r\nts-target-ip: " + Harness.PEER + "\r\nts-target-port: 80\r\n";
    private static final String REQUEST = "GET / HTTP/1.1\r\n" + TARGET + "\r\n";

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private ListeningProxy proxy;

    @BeforeEach
    void start() {
        proxy = ListeningProxy.withIdleTimeout(Duration.ofSeconds(1));
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "GET / HT", "GET / HTTP/1.1\r\nhost: proxy\r\n"})
    void endsBeforeItsFirstRequest(String sent) throws IOException {
        try (RawCaller caller = proxy.caller()) {
            assertEquals("", caller.send(sent).rest());
        }
    }

    @Test
    void endsOnThePortForHealthAndMetricsToo() throws IOException {
        try (RawCaller manager = proxy.manager()) {
            assertEquals("", manager.rest());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "GET / HT"})
    void endsBehindAnAnswer(String sent) throws IOException {
        try (RawCaller caller = proxy.caller()) {
            assertEquals("ok", caller.send(REQUEST).reply().text());
            assertEquals("ok", caller.send(REQUEST).reply().text());

            assertEquals("", caller.send(sent).rest());
        }
    }

    @Test
    void isKeptWhileTheTargetThinks() throws Exception {
        answersLater();
        try (RawCaller caller = proxy.caller()) {
            caller.send(REQUEST);
            arrived.await();
            anIdleConnectionEnds();
            mayAnswer.countDown();

            assertEquals("ok", caller.reply().text());
            assertEquals("ok", caller.send(REQUEST).reply().text());
        }
    }

    @Test
    void isKeptWhileARequestBehindAnotherIsServed() throws Exception {
        answersLater();
        try (RawCaller caller = proxy.caller()) {
            caller.send("GET / HTTP/1.1\r\nhost: proxy\r\n\r\n" + REQUEST);
            assertEquals("MissingTarget", caller.reply().outcome());
            arrived.await();
            anIdleConnectionEnds();
            mayAnswer.countDown();

            assertEquals("ok", caller.reply().text());
        }
    }

    @Test
    void isKeptWhileABodyIsOnItsWay() throws Exception {
        try (RawCaller caller = proxy.caller()) {
            caller.send("POST / HTTP/1.1\r\n" + TARGET + "content-length: 3\r\n\r\na");
            anIdleConnectionEnds();

            assertEquals("ok", caller.send("bc").reply().text());
        }
        assertEquals("abc", proxy.target().last().body().toString());
    }

    private void answersLater() {
        proxy.target().responds((request, out) -> {
            arrived.countDown();
            mayAnswer.await();
            return RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                    .write(request, out);
        });
    }

    /** Which takes as long as the others may be idle. */
    private void anIdleConnectionEnds() throws IOException {
        try (RawCaller idle = proxy.caller()) {
            assertEquals("", idle.rest());
        }
    }
}
