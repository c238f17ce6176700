package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies on their way to the proxy: read into memory, hashed, bounded. */
class RequestBodiesTest {

    private static final int SIX_MEGABYTES = 6 * 1024 * 1024;

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final TailscaleProxyClient client = new ScriptedClient().of(proxy).build();

    @AfterEach
    void stop() {
        client.close();
        proxy.close();
    }

    @Test
    void hashesStreamedBody() throws Exception {
        client.send(post("text/plain", BodyPublishers.ofInputStream(() -> bytes("abc"))));

        assertThat(proxy.take().header("x-amz-content-sha256"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void sendsContentLengthOfEmptyBody() throws Exception {
        client.send(client.request("/").POST(BodyPublishers.noBody()).build());

        assertThat(proxy.take().header("content-length")).isEqualTo("0");
    }

    @ParameterizedTest(name = "{0} {1}: at most {2}")
    @CsvSource({
        "application/json, , 6291456",
        "application/json; charset=utf-8, , 6291456",
        "APPLICATION/JSON;Charset=\"UTF-8\" , , 6291456",
        "application/xml, , 6291456",
        "application/javascript, , 6291456",
        "TEXT/plain, , 6291456",
        "text/csv; charset=us-ascii, , 6291456",
        "text/xml; charset=ISO-8859-1, , 4718592",
        "text/plain; charset=utf-16, , 4718592",
        "text/plain; charset=utf-8; charset=utf-16, , 4718592",
        "application/json; charset=\"utf-16\", , 4718592",
        "application/json; profile=x, , 6291456",
        "text/plain; format=flowed; charset=utf-8, , 6291456",
        "'text/plain; a=b,application/octet-stream', , 4718592",
        "application/problem+json, , 4718592",
        "application/problem+json; charset=utf-8, , 4718592",
        "application/soap+xml, , 4718592",
        "image/svg+xml, , 4718592",
        "application/x-ndjson, , 4718592",
        "application/jsonx, , 4718592",
        "text, , 4718592",
        "'text/plain,application/octet-stream', , 4718592",
        "'', , 4718592",
        "application/json, identity, 4718592",
        "application/json, gzip, 4718592",
        "application/octet-stream, , 4718592",
        "application/x-www-form-urlencoded, , 4718592",
        ", , 4718592"
    })
    void limitDependsOnMediaType(String type, String coding, long limit) {
        HttpRequest.Builder request = client.request("/").POST(BodyPublishers.ofByteArray(new byte[SIX_MEGABYTES + 1]));
        if (type != null) {
            request.header("content-type", type);
        }
        if (coding != null) {
            request.header("content-encoding", coding);
        }

        RequestTooLargeException thrown =
                catchThrowableOfType(RequestTooLargeException.class, () -> client.send(request.build()));

        assertThat(thrown.limit()).isEqualTo(limit);
        assertThat(thrown).hasMessageContaining(Long.toString(limit));
        assertThat(proxy.pendingRequests()).isZero();
    }

    @Test
    void sendsBodyAtLimit() throws Exception {
        client.send(post("application/octet-stream", BodyPublishers.ofByteArray(new byte[SIX_MEGABYTES / 4 * 3])));

        assertThat(proxy.take().body()).hasSize(SIX_MEGABYTES / 4 * 3);
    }

    @Test
    void stopsReadingAtLimit() {
        AtomicLong read = new AtomicLong();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                read.incrementAndGet();
                return 'x';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                read.addAndGet(length);
                return length;
            }
        };

        assertThatExceptionOfType(RequestTooLargeException.class)
                .isThrownBy(() -> client.send(post("text/plain", BodyPublishers.ofInputStream(() -> endless))));
        assertThat(read.get()).isLessThan(SIX_MEGABYTES + 100_000L);
        assertThat(proxy.pendingRequests()).isZero();
    }

    @Test
    void failsWithBodySourceException() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> client.send(post("text/plain", BodyPublishers.ofInputStream(() -> broken))))
                .withStackTraceContaining("the disk is gone");
        assertThat(proxy.pendingRequests()).isZero();
    }

    @Test
    void failsWithPublisherException() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> client.send(post("text/plain", publisher(subscriber -> {
                    throw new IllegalStateException("no subscription");
                }))))
                .withMessage("no subscription");
    }

    @Test
    void timesOutReadingBody() {
        HttpRequest silent = client.request("/")
                .timeout(Duration.ofMillis(50))
                .POST(publisher(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {}

                    @Override
                    public void cancel() {}
                })))
                .build();

        assertThatExceptionOfType(HttpTimeoutException.class)
                .isThrownBy(() -> client.send(silent))
                .withMessageContaining("body");
        assertThat(proxy.pendingRequests()).isZero();
    }

    private HttpRequest post(String type, BodyPublisher body) {
        return client.request("/").header("content-type", type).POST(body).build();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static BodyPublisher publisher(Flow.Publisher<ByteBuffer> source) {
        return BodyPublishers.fromPublisher(source);
    }
}
