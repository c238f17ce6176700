package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that have one reading, and those that lead somewhere else for some reader. */
class SafePathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/",
                "/a/b/c",
                "/file.json",
                "/..a",
                "/a..",
                "/.hidden",
                "/a.b.c/d",
                "/a;v=1/b",
                "/a:b@c",
                "/-._~!$&'()*+,;=:@x",
                "/a%20b",
                "/gr%C3%BC%c3%9fe",
                "/%F0%9F%98%80",
                "/a%2Bb"
            })
    void acceptsPathsWithOneReading(String path) {
        assertThat(new SafePath(path).text()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "*",
                "http://other/",
                "//other/a",
                "/a//b",
                "//",
                "/.",
                "/..",
                "/../a",
                "/a/..",
                "/a/../b",
                "/a/./b",
                "/a/.../b",
                "/%2e",
                "/%2E%2E/a",
                "/.%2e/a",
                "/%2e./a",
                "/a%2eb",
                "/%252e%252e/a",
                "/%25252e/a",
                "/a%2fb",
                "/a%2F..%2Fb",
                "/a%252fb",
                "/a%5cb",
                "/..%5c..%5ca",
                "/a\\b",
                "/..\\a",
                "/a%255cb",
                "/%u002e%u002e/a",
                "/%",
                "/%2",
                "/%zz",
                "/%c0%ae%c0%ae/a",
                "/%c0%af",
                "/%e0%80%af",
                "/%f0%80%80%af",
                "/%ff",
                "/%ed%a0%80",
                "/%ef%bc%8e%ef%bc%8e/a",
                "/a%ef%bc%8fb",
                "/a%ef%bc%bcb",
                "/%e2%80%a6/a",
                "/%e2%80%a4%e2%80%a4/a",
                "/..%e2%80%8b/a",
                "/a%e2%88%95b",
                "/..%e2%81%84a",
                "/..%c2%a5a",
                "/..%e2%82%a9a",
                "/..%e2%88%96a",
                "/..;/a",
                "/..;v=1/a",
                "/.;/a",
                "/;/a",
                "/;v=1/a",
                "/..%3b/a",
                "/a%3bb",
                "/..%20/a",
                "/.%20./a",
                "/%20/a",
                "/..%c2%a0/a",
                "/..%00/a",
                "/a%00b",
                "/a%0d%0ab",
                "/a%7fb",
                "/a%3fb",
                "/a%23b",
                "/a?b",
                "/a#b",
                "/a b",
                "/a\u00e4",
                "/a\"b",
                "/<a>",
                "/[a]",
                "/{a}",
                "/a|b",
                "/a^b",
                "/a`b",
                "/a\tb",
                "/a\r\nb"
            })
    void refusesPathsWithAnotherReading(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SafePath(path));
    }

    /** A regular expression would need a frame for each character. */
    @Test
    void readsLongPaths() {
        String path = "/a%20".repeat(7_000);

        assertThat(new SafePath(path).text()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, /",
        "/, /a, /a",
        "/, /a/, /a/",
        "/base, /, /base",
        "/base/, /, /base/",
        "/base, /a, /base/a",
        "/base/, /a, /base/a",
        "/base, /a/, /base/a/",
        "/base/sub, /a/b%20c, /base/sub/a/b%20c",
    })
    void joinsAsFolder(String base, String path, String joined) {
        assertThat(new SafePath(base).append(new SafePath(path))).isEqualTo(new SafePath(joined));
    }

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/a b, /a%20b",
        "/grüße, /gr%C3%BC%C3%9Fe",
        "/😀, /%F0%9F%98%80",
        "/a+b:c@d, /a+b:c@d",
        "'/a,b=c', '/a,b=c'",
        "/\"<>[]{}|^`, /%22%3C%3E%5B%5D%7B%7D%7C%5E%60",
    })
    void encodesDecodedPaths(String decoded, String encoded) {
        assertThat(SafePath.ofDecoded(decoded).text()).isEqualTo(encoded);
        assertThat(SafePath.ofDecoded(decoded).decoded()).isEqualTo(decoded);
    }

    /** What a gateway that decodes makes of %25, %3F, %23, %5C, %3B, of bytes that are no text, and of dot segments. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a%2e",
                "/%2e%2e/a",
                "/100%",
                "/a?b",
                "/a#b",
                "/a\\b",
                "/a;b",
                "/a\ufffdb",
                "/a\ud800b",
                "/a\udc00",
                "/a\u0000b",
                "/a\nb",
                "/a\u0085b",
                "/..",
                "/a/../b",
                "/a/./b",
                "//a",
                "/a//b",
                "/.. /a",
                "/\uff0e\uff0e/a",
                "/a\uff0fb",
                "/..\u200b/a"
            })
    void refusesAmbiguousDecodedPaths(String decoded) {
        assertThatIllegalArgumentException().isThrownBy(() -> SafePath.ofDecoded(decoded));
    }
}
