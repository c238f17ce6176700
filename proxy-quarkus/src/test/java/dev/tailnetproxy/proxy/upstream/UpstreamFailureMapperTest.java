package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a SOCKS5 server's response means, which for tailscaled's one code depends on how long it took. */
class UpstreamFailureMapperTest {

    @ParameterizedTest
    @CsvSource({
        "FAILURE, 10, ConnectionRefused, WHILE_SETTLING",
        "FAILURE, 4499, ConnectionRefused, WHILE_SETTLING",
        "FAILURE, 4500, Timeout, ALWAYS",
        "FAILURE, 5001, Timeout, ALWAYS",
        "CONNECTION_REFUSED, 10, ConnectionRefused, WHILE_SETTLING",
        "CONNECTION_REFUSED, 9000, ConnectionRefused, WHILE_SETTLING",
        "HOST_UNREACHABLE, 10, NoTailnetRoute, WHILE_SETTLING",
        "NETWORK_UNREACHABLE, 10, NoTailnetRoute, WHILE_SETTLING",
        "FORBIDDEN, 10, TargetNotAllowed, NEVER",
        "TTL_EXPIRED, 10, Timeout, ALWAYS",
        "timeout, 10, Timeout, ALWAYS",
        "disconnected, 10, ConnectionReset, WHILE_SETTLING",
    })
    void mapsDialFailure(String status, long tookMillis, String name, DialRetry retry) {
        ProxyConnectException thrown =
                new ProxyConnectException("socks5, none, /127.0.0.1:1055 => /100.64.0.2:80, status: " + status);

        UpstreamFailureMapper.DialFailure dial = UpstreamFailureMapper.ofDial(thrown, Duration.ofMillis(tookMillis));

        assertThat(dial.failure().name().wireName()).isEqualTo(name);
        assertThat(dial.retry()).isEqualTo(retry);
    }

    record Thrown(Throwable e, String name, String reason) {
        @Override
        public String toString() {
            return e.getClass().getSimpleName();
        }
    }

    /** The name may be a header's value. */
    private static Thrown certificateNameMismatch(String message) {
        String logged = message.replaceAll("matching .* found", "matching the expected one found");
        SSLHandshakeException e = new SSLHandshakeException("(certificate_unknown) " + message);
        e.initCause(new CertificateException(message));
        return new Thrown(e, "TlsFailure", "no TLS connection to the target: " + logged);
    }

    private static Thrown outOfFiles(Exception e) {
        return new Thrown(e, "Overloaded", "the process has as many files and connections open as it may (ulimit -n)");
    }

    static Stream<Thrown> dialFailures() {
        NotSslRecordException noTls = new NotSslRecordException("not an SSL/TLS record: 7365637265742d696e2d686578");
        return Stream.of(
                new Thrown(noTls, "TlsFailure", "the target does not speak TLS on this port"),
                new Thrown(new DecoderException(noTls), "TlsFailure", "the target does not speak TLS on this port"),
                new Thrown(
                        new SSLHandshakeException("x".repeat(5000)),
                        "TlsFailure",
                        "no TLS connection to the target: " + "x".repeat(200)),
                certificateNameMismatch("No subject alternative DNS name matching s3cret.example found."),
                certificateNameMismatch("No subject alternative names matching IP address 192.168.7.7 found"),
                certificateNameMismatch("No name matching s3cret found"),
                new Thrown(
                        new SSLHandshakeException("Illegal given domain name: s3cret."),
                        "TlsFailure",
                        "no TLS connection to the target: Illegal given domain name: the expected one"),
                new Thrown(
                        new UnknownHostException("socks.invalid"),
                        "TailnetUnavailable",
                        "the SOCKS5 server's name can't be resolved"),
                new Thrown(
                        new ConnectException("refused"),
                        "TailnetUnavailable",
                        "the SOCKS5 port does not accept connections"),
                new Thrown(
                        new NullPointerException("secret"),
                        "InternalError",
                        "the proxy itself failed; its log says where"),
                outOfFiles(new SocketException("Too many open files")),
                outOfFiles(new IOException("Too many open files in system")),
                outOfFiles(new ChannelException("Failed to open a socket.", new IOException("Too many open files"))),
                outOfFiles(new ChannelException(
                        "Unable to create Channel from class class io.netty.channel.socket.nio.NioSocketChannel",
                        new ChannelException("x", new IOException("newSocketStream(..) failed: Too many open files")))),
                new Thrown(
                        new SSLHandshakeException("Too many open files"),
                        "TlsFailure",
                        "no TLS connection to the target: Too many open files"),
                new Thrown(new IOException("secret"), "ConnectionReset", "the connection to the target broke"));
    }

    @ParameterizedTest
    @MethodSource("dialFailures")
    void messageIsOneProxySentence(Thrown thrown) {
        ProxyFailure failure =
                UpstreamFailureMapper.ofDial(thrown.e(), Duration.ZERO).failure();

        assertThat(failure.name().wireName()).isEqualTo(thrown.name());
        assertThat(failure.reason()).isEqualTo(thrown.reason());
        assertThat(UpstreamFailureMapper.ofExchange(failure).name().wireName()).isEqualTo(thrown.name());
    }
}
