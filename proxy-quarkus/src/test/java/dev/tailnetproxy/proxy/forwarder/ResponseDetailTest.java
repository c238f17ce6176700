package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.SilentStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a sender gets of a response, and what becomes of the rest. */
class ResponseDetailTest {

    private static final Headers FIELDS = Headers.of(
            "Content-Type",
            "text/plain",
            "content-length",
            "6",
            "ETag",
            "\"1\"",
            "location",
            "/x",
            "set-cookie",
            "a=1");

    @ParameterizedTest
    @CsvSource({
        "FULL, 503, Content-Type content-length ETag location set-cookie, secret",
        "STATUS_AND_HEADERS, 503, location set-cookie, ''",
        "STATUS, 503, '', ''",
        "ACCEPTED, 202, '', ''",
    })
    void passes(ResponseDetail detail, int status, String fields, String body) {
        ProxyResponse passed =
                detail.forClient(new ProxyResponse(503, FIELDS, Body.of("secret".getBytes(StandardCharsets.US_ASCII))));

        assertThat(passed.status()).isEqualTo(status);
        assertThat(passed.headers().stream().map(field -> field.name()).toList())
                .isEqualTo(fields.isEmpty() ? List.of() : List.of(fields.split(" ", -1)));
        assertThat(passed.body().bytes().map(bytes -> bytes.buffer().toString()).orElse(""))
                .isEqualTo(body);
    }

    /** A short body is read, so that its connection can be used again; another one could be without end. */
    @ParameterizedTest
    @CsvSource({"0, resumed", "65536, resumed", "65537, cancelled", "-1, cancelled"})
    void givesUnwantedBodyUp(long length, String fate) {
        for (ResponseDetail detail : ResponseDetail.values()) {
            List<String> fates = new ArrayList<>();
            OptionalLong declared = length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
            Body body = new Body.Streamed(new RecordedStream(fates), declared, () -> fates.add("cancelled"));

            detail.forClient(new ProxyResponse(200, Headers.none(), body));

            assertThat(fates).as(detail.name()).isEqualTo(detail == ResponseDetail.FULL ? List.of() : List.of(fate));
        }
    }

    /** Tells when somebody lets it flow. */
    private static final class RecordedStream extends SilentStream {

        private final List<String> fates;

        RecordedStream(List<String> fates) {
            this.fates = fates;
        }

        @Override
        public ReadStream<Buffer> resume() {
            fates.add("resumed");
            return this;
        }
    }
}
