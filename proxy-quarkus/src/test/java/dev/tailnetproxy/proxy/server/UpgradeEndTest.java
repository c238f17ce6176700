package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.server.UpgradeFixture.HANDSHAKE;
import static dev.tailnetproxy.proxy.server.UpgradeFixture.SWITCHING;
import static dev.tailnetproxy.proxy.server.UpgradeFixture.read;
import static dev.tailnetproxy.proxy.server.UpgradeFixture.switchProtocols;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.SocketTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How connections of another protocol end, by whomever and whenever: both ends end, and one line tells of it. */
class UpgradeEndTest {

    private UpgradeFixture fixture;

    @BeforeEach
    void start() {
        fixture = UpgradeFixture.start(TestProxy.options());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** What happens until one of them leaves. */
    @FunctionalInterface
    interface Leaving {
        void happen(RawClient client, SocketTarget.Connection target) throws Exception;
    }

    /** @param error the log's name for it; empty when it is an end as any other */
    record Stage(String name, String status, String error, Leaving leaving) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Stage> stages() {
        return Stream.of(
                new Stage("client before the response", "502", "CallerGone", (client, target) -> client.close()),
                new Stage(
                        "client by reset before the response", "502", "CallerGone", (client, target) -> client.reset()),
                new Stage("client within the header section", "502", "CallerGone", (client, target) -> {
                    target.send(SWITCHING.substring(0, 20));
                    client.close();
                }),
                new Stage("client at the switch", "101", "", (client, target) -> {
                    switchProtocols(client, target);
                    client.close();
                }),
                new Stage("client by reset", "101", "", (client, target) -> {
                    switchProtocols(client, target);
                    client.reset();
                }),
                new Stage("client after bytes", "101", "", (client, target) -> {
                    switchProtocols(client, target);
                    client.send("abc");
                    target.read(3);
                    client.close();
                }),
                new Stage("client without reading", "101", "", (client, target) -> {
                    switchProtocols(client, target);
                    target.send("abc");
                    client.reset();
                }),
                new Stage("client after the end of the target's direction", "101", "", (client, target) -> {
                    switchProtocols(client, target);
                    target.socket().shutdownOutput();
                    assertThat(client.readRemaining()).isEmpty();
                    client.close();
                }),
                new Stage("target before the response", "502", "ConnectionReset", (client, target) -> target.close()),
                new Stage(
                        "target by reset before the response",
                        "502",
                        "ConnectionReset",
                        (client, target) -> target.reset()),
                new Stage("target within the header section", "502", "ConnectionReset", (client, target) -> {
                    target.send(SWITCHING.substring(0, 20));
                    target.close();
                }),
                new Stage("target at the switch", "101", "", (client, target) -> {
                    target.send(SWITCHING);
                    target.close();
                    client.headerSection();
                }),
                new Stage("target by reset", "101", "", (client, target) -> {
                    switchProtocols(client, target);
                    target.reset();
                }),
                new Stage("target after bytes", "101", "", (client, target) -> {
                    target.send(SWITCHING + "last words");
                    target.close();
                    client.headerSection();
                    assertThat(read(client, 10)).isEqualTo("last words");
                }),
                new Stage("target after the end of the client's direction", "101", "", (client, target) -> {
                    switchProtocols(client, target);
                    client.endOutput();
                    assertThat(target.isAtEnd()).isTrue();
                    target.send("late");
                    target.close();
                    assertThat(read(client, 4)).isEqualTo("late");
                }));
    }

    @ParameterizedTest
    @MethodSource("stages")
    void bothConnectionsEndAtEveryStage(Stage stage) throws Exception {
        try (RawClient client = fixture.proxy().client().send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            stage.leaving().happen(client, connection);

            if (stage.name().startsWith("client")) {
                assertThat(connection.isAtEnd()).isTrue();
            } else if (stage.status().equals("101")) {
                assertThat(client.readRemaining()).isEmpty();
            } else {
                assertThat(client.response().outcome()).isEqualTo(stage.error());
            }
        }
        assertThat(fixture.onlyLine())
                .containsEntry("status", stage.status())
                .satisfies(line -> assertThat(line.getOrDefault("error", "")).isEqualTo(stage.error()));
        fixture.assertNothingIsLeft();
    }

    @Test
    void oneDirectionEndsBeforeTheOther() throws Exception {
        try (RawClient client = fixture.proxy().client().send(HANDSHAKE);
                SocketTarget.Connection connection = fixture.target().next()) {
            switchProtocols(client, connection);
            client.send("request").endOutput();
            assertThat(connection.read(7)).isEqualTo("request");
            assertThat(connection.isAtEnd()).isTrue();
            connection.send("response");
            assertThat(read(client, 8)).isEqualTo("response");
            connection.socket().shutdownOutput();
            assertThat(client.readRemaining()).isEmpty();
        }
        assertThat(fixture.onlyLine())
                .containsEntry("bytesIn", "7")
                .containsEntry("bytesOut", "8")
                .containsEntry("target", TestProxy.PEER + ":80")
                .containsKeys("durationMs", "firstByteMs", "reason");
        fixture.assertNothingIsLeft();
    }
}
