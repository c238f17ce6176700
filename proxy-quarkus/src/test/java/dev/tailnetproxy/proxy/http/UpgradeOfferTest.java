package dev.tailnetproxy.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests offer another protocol, and which responses take the offer (RFC 9110 section 7.8). */
class UpgradeOfferTest {

    private static final String WEBSOCKET = "connection: upgrade|upgrade: websocket";

    /** Field lines, parted by bars. */
    private static Headers fields(String lines) {
        List<HeaderField> fields = new ArrayList<>();
        for (String line : lines.split("\\|", -1)) {
            String[] parts = line.split(":", 2);
            fields.add(new HeaderField(parts[0].strip(), parts[1].strip()));
        }
        return Headers.of(fields);
    }

    private static Optional<String> offer(String lines) {
        return UpgradeOffer.of(fields(lines)::all).map(UpgradeOffer::fieldValue);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "connection: upgrade|upgrade: websocket; websocket",
                "Connection: Upgrade|Upgrade: WebSocket; WebSocket",
                "connection: keep-alive, Upgrade|upgrade: websocket; websocket",
                "connection: keep-alive|connection: upgrade|upgrade: websocket; websocket",
                "connection: upgrade|upgrade: example/1.1, other; example/1.1, other",
                "connection: upgrade|upgrade: example/1|upgrade: other; example/1, other",
                "connection: upgrade|upgrade: ,websocket, ; websocket",
                "connection: upgrade|upgrade: websocket|content-length: 0; websocket",
                "connection: upgrade|upgrade: h2c, websocket; websocket",
                "connection: upgrade|upgrade: SPDY/3.1; SPDY/3.1",
            })
    void requestOffersProtocols(String lines, String offered) {
        assertThat(offer(lines)).contains(offered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection: upgrade",
                "upgrade: websocket",
                "connection: keep-alive|upgrade: websocket",
                "connection: upgraded|upgrade: websocket",
                "connection: upgrade|upgrade:",
                "connection: upgrade|upgrade: , ,",
                "connection: upgrade|upgrade: web socket",
                "connection: upgrade|upgrade: example/1/2",
                "connection: upgrade|upgrade: /1",
                "connection: upgrade|upgrade: example/",
                "connection: upgrade|upgrade: websocket, \"x\"",
                "connection: upgrade|upgrade: h2c",
                "connection: upgrade, http2-settings|upgrade: H2C|http2-settings: AAMAAABkAAQAAP__",
                "connection: upgrade|upgrade: HTTP/2.0",
                "connection: upgrade|upgrade: h2, h3",
                "connection: upgrade|upgrade: TLS/1.0",
                "connection: upgrade|upgrade: TLS/1.2, HTTP/1.1",
                WEBSOCKET + "|content-length: 1",
                WEBSOCKET + "|content-length: 0|content-length: 5",
                WEBSOCKET + "|content-length: 00",
                WEBSOCKET + "|transfer-encoding: chunked",
                WEBSOCKET + "|transfer-encoding:",
            })
    void requestIsAnOrdinaryOne(String lines) {
        assertThat(offer(lines)).isEmpty();
    }

    static Stream<String> taken() {
        return Stream.of(
                "connection: upgrade|upgrade: websocket",
                "Connection: Upgrade|Upgrade: WebSocket",
                "connection: upgrade|upgrade: other, websocket",
                "connection: x, upgrade|upgrade: other");
    }

    static Stream<String> notTaken() {
        return Stream.of(
                "connection: upgrade",
                "upgrade: websocket",
                "connection: close|upgrade: websocket",
                "connection: upgrade|upgrade:",
                "connection: upgrade|upgrade: h2c",
                "connection: upgrade|upgrade: websocket, h2c",
                "connection: upgrade|upgrade: websocket/13",
                "connection: upgrade|upgrade: websocket|content-length: 0",
                "connection: upgrade|upgrade: websocket|transfer-encoding: chunked");
    }

    private static boolean isAccepted(String lines) {
        return new UpgradeOffer(List.of("websocket", "other")).isAccepted(fields(lines)::all);
    }

    @ParameterizedTest
    @MethodSource("taken")
    void responseTakesTheOffer(String lines) {
        assertThat(isAccepted(lines)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("notTaken")
    void responseDoesNotTakeTheOffer(String lines) {
        assertThat(isAccepted(lines)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b/c", "x\r\ny"})
    void otherThanNamesOfProtocolsIsRefused(String protocol) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new UpgradeOffer(List.of("websocket", protocol)));
    }
}
