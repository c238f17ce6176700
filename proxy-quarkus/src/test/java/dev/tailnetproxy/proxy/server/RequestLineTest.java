package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.server.RefusingProxy.SECRET;
import static dev.tailnetproxy.proxy.server.RefusingProxy.SILENCED;
import static dev.tailnetproxy.proxy.server.RefusingProxy.TARGET;
import static dev.tailnetproxy.proxy.server.RefusingProxy.WITHOUT_HOST;
import static dev.tailnetproxy.proxy.server.RefusingProxy.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.BuiltInSettings;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Request lines and hosts that two readers could understand in two ways: refused, nothing of them reaches the target. */
class RequestLineTest {

    @RegisterExtension
    static final RefusingProxy REFUSING = new RefusingProxy();

    @Test
    void whatQuotesCallersIsSilenced() throws Exception {
        Properties settings = BuiltInSettings.read();

        for (String category : SILENCED) {
            assertThat(settings.getProperty("quarkus.log.category.\"" + category + "\".level"))
                    .isEqualTo("OFF");
        }
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                line("an asterisk", "InvalidTarget", "OPTIONS * HTTP/1.1"),
                line("an asterisk in another method", "InvalidTarget", "GET * HTTP/1.1"),
                line("a whole server's URI", "InvalidTarget", "OPTIONS http://100.64.0.9 HTTP/1.1"),
                line("an authority form", "InvalidHeader", "CONNECT 100.64.0.2:80 HTTP/1.1"),
                line("an authority form in another method", "InvalidTarget", "GET 100.64.0.2:80 HTTP/1.1"),
                line("a path without a slash", "InvalidTarget", "GET a/b HTTP/1.1"),
                line("a URI of another scheme", "InvalidTarget", "GET ftp://100.64.0.9/ HTTP/1.1"),
                line("a URI without slashes", "InvalidTarget", "GET http:/a HTTP/1.1"),
                line("a URI without a host", "InvalidTarget", "GET http:///a HTTP/1.1"),
                line("a URI of a port only", "InvalidTarget", "GET http://:80/a HTTP/1.1"),
                line("a URI with a user", "InvalidTarget", "GET http://" + SECRET + "@a/ HTTP/1.1"),
                line("a URI with a port of letters", "InvalidTarget", "GET http://a:b/ HTTP/1.1"),
                line("a URI with a broken address", "InvalidTarget", "GET http://[::1/ HTTP/1.1"),
                line("a URI with bytes beyond ASCII", "InvalidTarget", "GET http://a/\u00e4 HTTP/1.1"),
                line("a path of 40 KiB", "InvalidTarget", "GET /" + "x".repeat(40 * 1024) + " HTTP/1.1"),
                line("a path of 100 KiB", "InvalidTarget", "GET /" + "x".repeat(100 * 1024) + " HTTP/1.1"),
                line("a method of brackets", "InvalidHeader", "G(T / HTTP/1.1"),
                line("no path", "InvalidHeader", "GET"),
                line("HTTP/0.9", "InvalidHeader", "GET / HTTP/0.9"),
                line("HTTP/1.2", "InvalidHeader", "GET / HTTP/1.2"),
                line("HTTP/2.0", "InvalidHeader", "GET / HTTP/2.0"),
                line("no version", "InvalidHeader", "GET /"),
                line("bytes beyond ASCII", "InvalidTarget", "GET /\u00e4" + SECRET + " HTTP/1.1"));
    }

    /** What whoever stands in front of the proxy may take for a part of the request before it. */
    static Stream<Arguments> beginnings() {
        return Stream.of(
                        "\u0000",
                        "\u0001",
                        "\u000b",
                        "\u001f",
                        "\u007f",
                        " ",
                        "\t",
                        "\u00a0",
                        "\r",
                        "\n",
                        "\r\r\n",
                        "\n\r\n",
                        "\r\n\u0000",
                        "\r\n ",
                        "\r\n\r")
                .map(bytes -> line("a request behind " + name(bytes), "InvalidHeader", bytes + "GET / HTTP/1.1"));
    }

    static Stream<Arguments> separators() {
        return Stream.of("  ", "\t", "\u000b", "\f", "\r", " \t", "\u0000", "\u00a0")
                .flatMap(bytes -> Stream.of(
                        line("a method before " + name(bytes), "InvalidHeader", "GET" + bytes + "/ HTTP/1.1"),
                        line("a version behind " + name(bytes), "InvalidHeader", "GET /" + bytes + "HTTP/1.1")));
    }

    static Stream<Arguments> hosts() {
        return Stream.concat(
                Stream.of(
                        Arguments.of("no host", "InvalidHeader", "GET / HTTP/1.1\r\n" + WITHOUT_HOST + "\r\n"),
                        Arguments.of(
                                "no host beside a URI",
                                "InvalidHeader",
                                "GET http://a/ HTTP/1.1\r\n" + WITHOUT_HOST + "\r\n"),
                        Arguments.of(
                                "two hosts in HTTP/1.0",
                                "InvalidHeader",
                                "GET / HTTP/1.0\r\nhost: a\r\n" + TARGET + "\r\n"),
                        line("two hosts beside a URI", "InvalidHeader", "GET http://a/ HTTP/1.1\r\nhost: a"),
                        line("the same host twice", "InvalidHeader", "GET / HTTP/1.1\r\nHost: proxy")),
                Stream.of(
                                "a b",
                                "a, b",
                                "a,b",
                                "a/b",
                                "http://a",
                                "user@a",
                                "a:b",
                                "a:-1",
                                "a:65536",
                                ":80",
                                "a:80:80",
                                "::1",
                                "[::1",
                                "[::1]a",
                                "[a.example]",
                                "[fe80::1%25eth0]",
                                "a%zz",
                                "a?b",
                                "\"a\"",
                                "a\u00e4")
                        .map(host -> Arguments.of(
                                "a host of " + host,
                                "InvalidHeader",
                                "GET / HTTP/1.1\r\nhost: " + host + "\r\n" + WITHOUT_HOST + "\r\n")));
    }

    private static String name(String bytes) {
        return bytes.chars().mapToObj(b -> String.format("%02x", b)).collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void isRefused(String name, String error, String request) throws Exception {
        REFUSING.assertRefused(name, error, request);
        REFUSING.assertNothingWasDialled();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"beginnings", "separators", "hosts"})
    void isRefusedAndTheConnectionEnds(String name, String error, String request) throws Exception {
        REFUSING.assertRefusedAsTheLast(name, error, request);
        REFUSING.assertNothingWasDialled();
    }
}
