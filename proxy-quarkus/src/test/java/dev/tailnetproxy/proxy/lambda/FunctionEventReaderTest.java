package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.time.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as text, with their members in any order and their texts in any spelling that JSON has. */
class FunctionEventReaderTest {

    private static final String HTTP = "\"requestContext\":{\"http\":{\"method\":\"PUT\"}}";
    private static final String TEXT = "\"isBase64Encoded\":false";
    private static final String BASE64 = "\"isBase64Encoded\":true";

    /** Longer than what a parser reads at once. */
    private static final String LARGE = "x".repeat(50_000);

    private final FunctionEventReader reader = new FunctionEventReader();

    private ProxyRequest read(String json) throws IOException {
        return read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    private ProxyRequest read(InputStream json) throws IOException {
        return reader.read(json).toRequest("id", Deadline.in(Duration.ZERO, Clock.systemUTC()));
    }

    private static String event(String... members) {
        return "{" + HTTP + "," + String.join(",", members) + "}";
    }

    record Spelling(String json, String content) {}

    static Stream<Spelling> bodies() {
        return Stream.of(
                new Spelling(event("\"body\":\"plain\"", TEXT), "plain"),
                new Spelling(event(TEXT, "\"body\":\"plain\""), "plain"),
                new Spelling(event("\"body\":\"plain\""), "plain"),
                new Spelling(event("\"body\" :\n\t\"plain\"", TEXT), "plain"),
                new Spelling(event("\"body\":\"\"", TEXT), ""),
                new Spelling(event("\"body\":null", TEXT), ""),
                new Spelling(event("\"body\":17", TEXT), "17"),
                new Spelling(event("\"body\":\"grüße 😀\"", TEXT), "grüße 😀"),
                new Spelling(event("\"body\":\"a\\\"b\\\\c\\nd\\u00fc\\ud83d\\ude00\"", TEXT), "a\"b\\c\ndü😀"),
                new Spelling(event("\"body\":\"aGk=\"", BASE64), "hi"),
                new Spelling(event(BASE64, "\"body\":\"aGk=\""), "hi"),
                new Spelling(event("\"body\":\"aGk\"", BASE64), "hi"),
                new Spelling(event("\"body\":\"\\u0061Gk=\"", BASE64), "hi"),
                new Spelling(event("\"body\":\"Pz8\\/\"", BASE64), "???"),
                new Spelling(event("\"body\":\"first\"", "\"body\":\"second\"", TEXT), "second"),
                new Spelling(event("\"body\":\"" + LARGE + "\"", "\"body\":\"second\"", TEXT), "second"),
                new Spelling(event("\"body\":\"" + LARGE + "\"", "\"body\":\"" + LARGE + "2\"", TEXT), LARGE + "2"),
                new Spelling(event("\"body\":\"" + LARGE + "\"", "\"body\":\"\\u0061\"", TEXT), "a"),
                new Spelling(event("\"headers\":{\"body\":\"no\"}", "\"body\":\"yes\"", TEXT), "yes"),
                new Spelling(event("\"authorizer\":{\"body\":\"no\"}"), ""),
                new Spelling(event("\"body\":{\"not\":\"a text\"}", TEXT), ""));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void readsBody(Spelling spelling) throws Exception {
        assertThat(content(read(spelling.json()))).isEqualTo(spelling.content());
    }

    /** Lambda's events are in UTF-8; another encoding must not move the place of the body. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE"})
    void readsBodyInAnyEncoding(String charset) throws Exception {
        String json = event("\"body\":\"grün\"", TEXT);

        for (String text : List.of(json, "\ufeff" + json)) {
            assertThat(content(read(new ByteArrayInputStream(text.getBytes(Charset.forName(charset))))))
                    .isEqualTo("grün");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7_990, 8_000, 8_010, 100_000})
    void readsBodyFromSlowStream(int length) throws Exception {
        long seed = System.nanoTime();
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        String json = event("\"body\":\"" + Base64.getEncoder().encodeToString(content) + "\"", BASE64);

        ProxyRequest request = read(new DribblingStream(json.getBytes(StandardCharsets.UTF_8), new Random(seed)));

        assertThat(((Body.Bytes) request.body()).buffer().toString(StandardCharsets.ISO_8859_1))
                .as(() -> "seed " + seed)
                .isEqualTo(new String(content, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "17",
                "[]",
                "\"\"",
                "{}",
                "{\"requestContext\":null}",
                "{\"requestContext\":\"http\"}",
                "{\"requestContext\":{\"http\":{\"method\":null}}}",
                "{" + HTTP + ",\"headers\":{\"a\":{}}}",
                "{" + HTTP + ",\"cookies\":[[]]}",
                "{" + HTTP + ",\"headers\":{\"a\":\"\\ud800\"}}",
                "{" + HTTP + ",\"cookies\":[\"a=\\udc00\"]}",
                "{" + HTTP + ",\"body\":\"\\ud800\"," + TEXT + "}",
                "{" + HTTP + ",\"body\":\"a\\ude00\\ud83d\"}",
                "{" + HTTP + ",\"body\":\"\\ud800\"," + BASE64 + "}",
                "{" + HTTP + ",\"body\":\"a\\nb\"," + BASE64 + "}",
                "{" + HTTP + ",\"body\":\"grün\"," + BASE64 + "}",
                "{" + HTTP + ",\"body\":\"aGk=aGk=\"," + BASE64 + "}"
            })
    void nonHttpEventIsInvalid(String json) {
        ProxyFailure failure = assertThatExceptionOfType(ProxyFailure.class)
                .isThrownBy(() -> read(json))
                .actual();

        assertThat(failure.name()).isEqualTo(ErrorName.INVALID_HEADER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{\"body\":\"", "{\"body\":\"\\", "{\"body\":\"x\"", "{\"headers\":{\"a\"", "nul", "}"})
    void invalidJsonIsRejected(String json) {
        assertThatExceptionOfType(JsonProcessingException.class).isThrownBy(() -> read(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"", "\",", "\"]"})
    void invalidJsonAroundALargeBodyIsRejected(String end) {
        assertThatExceptionOfType(JsonProcessingException.class).isThrownBy(() -> read("{\"body\":\"" + LARGE + end));
    }

    @Test
    void missingMembersAreEmpty() throws Exception {
        ProxyRequest request = read("{" + HTTP + "}");

        assertThat(request.requestTarget()).isEqualTo("/");
        assertThat(request.headers().iterator()).isExhausted();
        assertThat(request.body()).isEqualTo(Body.empty());
    }

    private static String content(ProxyRequest request) {
        return request.body() instanceof Body.Bytes bytes ? bytes.buffer().toString() : "";
    }

    /** Gives a few bytes at each read, as a socket does. */
    private static final class DribblingStream extends ByteArrayInputStream {

        private final Random random;

        DribblingStream(byte[] bytes, Random random) {
            super(bytes);
            this.random = random;
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 1 + random.nextInt(999)));
        }
    }
}
