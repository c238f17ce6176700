package dev.tailnetproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpMessageTest {

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static HttpMessageReader reader(String text) {
        return new HttpMessageReader(stream(text));
    }

    private static String text(HttpMessage message) {
        return new String(message.body(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void fieldsAreKeptAsSent() throws IOException {
        HeaderSection request = reader("GET /a?b HTTP/1.1\r\nX-A:  1 \r\nx-a:\r\nX-B: c:d\r\n\r\n")
                .readHeaderSection()
                .orElseThrow();

        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.requestTarget()).isEqualTo("/a?b");
        assertThat(request.values("x-a")).containsExactly("1", "");
        assertThat(request.fields())
                .containsExactly(
                        new HeaderSection.Field("X-A", "1"),
                        new HeaderSection.Field("x-a", ""),
                        new HeaderSection.Field("X-B", "c:d"));
    }

    @Test
    void readerStopsAtTheEndOfEachRequest() throws IOException {
        HttpMessageReader reader = reader("PUT / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc"
                + "PUT / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2;x=1\r\nde\r\n0\r\nx-late: 1\r\n\r\n"
                + "GET / HTTP/1.1\r\n\r\n");

        assertThat(text(reader.readRequest().orElseThrow())).isEqualTo("abc");
        HttpMessage chunked = reader.readRequest().orElseThrow();
        assertThat(text(chunked)).isEqualTo("de");
        assertThat(chunked.trailers()).containsExactly("x-late: 1");
        assertThat(text(reader.readRequest().orElseThrow())).isEmpty();
        assertThat(reader.readRequest()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 204 X", "HTTP/1.1 304 X", "HTTP/1.1 103 X"})
    void responseWithoutContentHasNoBody(String statusLine) throws IOException {
        HttpMessageReader reader = reader(statusLine + "\r\ncontent-length: 9\r\n\r\nHTTP/1.1 200 OK\r\n\r\nrest");

        assertThat(reader.readResponse(false).body()).isEmpty();
        assertThat(text(reader.readResponse(false))).isEqualTo("rest");
    }

    @Test
    void responseToHeadHasNoBody() throws IOException {
        assertThat(reader("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")
                        .readResponse(true)
                        .body())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\na",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
            })
    void truncatedResponseFails(String truncated) {
        assertThatThrownBy(() -> reader(truncated).readResponse(false)).isInstanceOf(EOFException.class);
    }

    @Test
    void malformedChunkSizeFails() {
        assertThatThrownBy(() -> reader("PUT / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nno\r\n")
                        .readRequest())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 2500", "transfer-encoding: chunked"})
    void writtenMessageIsReadUnchanged(String framing) throws IOException {
        HeaderSection headerSection = new HeaderSection(List.of("PUT / HTTP/1.1", framing, "x-a: \u00e9"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        new HttpMessageWriter(out).write(new HttpMessage(headerSection, new byte[2500]));

        HttpMessage read = new HttpMessageReader(new ByteArrayInputStream(out.toByteArray()))
                .readRequest()
                .orElseThrow();
        assertThat(read.headerSection()).isEqualTo(headerSection);
        assertThat(read.body()).isEqualTo(new byte[2500]);
    }
}
