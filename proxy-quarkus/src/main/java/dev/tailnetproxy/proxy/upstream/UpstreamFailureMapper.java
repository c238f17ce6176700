package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** From what Vert.x and Netty throw to the proxy's own errors. */
final class UpstreamFailureMapper {

    /**
     * tailscaled's SOCKS5 server gives up a dial after 5 s and reports every failure with the same code, so that only
     * the time tells a refusal from silence.
     */
    private static final Duration SOCKS_DIAL_TIMEOUT = Duration.ofMillis(4500);

    /** Some of the messages quote a whole certificate. */
    private static final int MAX_REASON_LENGTH = 200;

    private static final Pattern EXPECTED_NAME = Pattern.compile("(matching |domain name: ?)(IP address )?\\S+");

    private UpstreamFailureMapper() {}

    /**
     * A dial that failed.
     *
     * @param failure what the client gets unless another dial succeeds
     * @param retry whether there is another dial
     */
    record DialFailure(ProxyFailure failure, DialRetry retry) {}

    static DialFailure ofDial(Throwable e, Duration took) {
        if (isFileLimit(e)) {
            return new DialFailure(fileLimitReached(e), DialRetry.NEVER);
        }
        if (e instanceof ProxyConnectException || e.getCause() instanceof ProxyConnectException) {
            return ofSocks(String.valueOf(e.getMessage()), e, took.compareTo(SOCKS_DIAL_TIMEOUT) >= 0);
        }
        if (isTls(e)) {
            return new DialFailure(new ProxyFailure(ErrorName.TLS_FAILURE, tlsReason(e), e), DialRetry.NEVER);
        }
        if (e instanceof ConnectTimeoutException || e instanceof TimeoutException) {
            return new DialFailure(
                    new ProxyFailure(ErrorName.TIMEOUT, "the target did not accept the connection in time", e),
                    DialRetry.ALWAYS);
        }
        if (e instanceof UnknownHostException) {
            return new DialFailure(
                    new ProxyFailure(ErrorName.TAILNET_UNAVAILABLE, "the SOCKS5 server's name can't be resolved", e),
                    DialRetry.WHILE_SETTLING);
        }
        if (e instanceof ConnectException) {
            return new DialFailure(
                    new ProxyFailure(ErrorName.TAILNET_UNAVAILABLE, "the SOCKS5 port does not accept connections", e),
                    DialRetry.WHILE_SETTLING);
        }
        return new DialFailure(ofExchange(e), DialRetry.NEVER);
    }

    private static DialFailure ofSocks(String message, Throwable e, boolean slow) {
        if (message.contains("CONNECTION_REFUSED") || (message.contains("FAILURE") && !slow)) {
            return new DialFailure(
                    new ProxyFailure(ErrorName.CONNECTION_REFUSED, "the target refused the connection", e),
                    DialRetry.WHILE_SETTLING);
        }
        if (message.contains("_UNREACHABLE")) {
            return new DialFailure(
                    new ProxyFailure(ErrorName.NO_TAILNET_ROUTE, "the tailnet can't reach the target", e),
                    DialRetry.WHILE_SETTLING);
        }
        if (message.contains("FORBIDDEN")) {
            return new DialFailure(
                    new ProxyFailure(ErrorName.TARGET_NOT_ALLOWED, "the SOCKS5 server does not allow the target", e),
                    DialRetry.NEVER);
        }
        if (slow || message.contains("timeout") || message.contains("TTL_EXPIRED")) {
            return new DialFailure(
                    new ProxyFailure(ErrorName.TIMEOUT, "the target did not accept the connection in time", e),
                    DialRetry.ALWAYS);
        }
        return new DialFailure(
                new ProxyFailure(ErrorName.CONNECTION_RESET, "the SOCKS5 server broke the connection off", e),
                DialRetry.WHILE_SETTLING);
    }

    static ProxyFailure ofExchange(Throwable e) {
        if (e instanceof ProxyFailure failure) {
            return failure;
        }
        if (isFileLimit(e)) {
            return fileLimitReached(e);
        }
        if (isTls(e)) {
            return new ProxyFailure(ErrorName.TLS_FAILURE, tlsReason(e), e);
        }
        if (e instanceof TimeoutException) {
            return new ProxyFailure(ErrorName.TIMEOUT, "the target did not respond in time", e);
        }
        if (isHttp2ProtocolError(e)
                || e instanceof DecoderException
                || e instanceof IllegalArgumentException
                || e instanceof IllegalStateException) {
            return new ProxyFailure(ErrorName.INVALID_RESPONSE, "the target's response is not valid HTTP", e);
        }
        if (e instanceof ClosedChannelException) {
            return new ProxyFailure(ErrorName.CONNECTION_RESET, "the target closed the connection", e);
        }
        if (e instanceof NullPointerException
                || e instanceof ClassCastException
                || e instanceof IndexOutOfBoundsException) {
            return new ProxyFailure(ErrorName.INTERNAL_ERROR, "the proxy itself failed; its log says where", e);
        }
        return new ProxyFailure(ErrorName.CONNECTION_RESET, "the connection to the target broke", e);
    }

    /** Whether a response is no HTTP/2. A refused stream is another thing: the connection takes no more of them. */
    static boolean isHttp2ProtocolError(Throwable e) {
        return e instanceof Http2Exception broken && broken.error() != Http2Error.REFUSED_STREAM;
    }

    /** EMFILE and ENFILE: the JDK and Netty tell them from others only by the message of the operating system. */
    private static boolean isFileLimit(Throwable e) {
        if (isTls(e)) {
            // A certificate may say what its owner likes.
            return false;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("Too many open files")) {
                return true;
            }
        }
        return false;
    }

    private static ProxyFailure fileLimitReached(Throwable e) {
        return new ProxyFailure(
                ErrorName.OVERLOADED, "the process has as many files and connections open as it may (ulimit -n)", e);
    }

    private static boolean isTls(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    /** The innermost message: the outer ones say only that something failed. */
    private static String tlsReason(Throwable e) {
        if (e instanceof NotSslRecordException || e.getCause() instanceof NotSslRecordException) {
            // Its message holds all that came, in hexadecimal digits.
            return "the target does not speak TLS on this port";
        }
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return "no TLS connection to the target: " + (message == null ? "the handshake failed" : bounded(message));
    }

    /** The JDK quotes the name that the certificate should be for, which may come out of a header. */
    private static String bounded(String message) {
        String nameless = EXPECTED_NAME.matcher(message).replaceAll("$1the expected one");
        return nameless.substring(0, Math.min(nameless.length(), MAX_REASON_LENGTH));
    }
}
