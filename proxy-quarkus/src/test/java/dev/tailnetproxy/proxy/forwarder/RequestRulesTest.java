package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.function.address.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each list of what may be forwarded: what it holds, what it does not, and which text is no list. */
class RequestRulesTest {

    @ParameterizedTest
    @CsvSource({
        "'', 203.0.113.7, true",
        "'', 2001:db8::1, true",
        "203.0.113.0/24, 203.0.113.7, true",
        "203.0.113.0/24, 203.0.114.7, false",
        "203.0.113.7, 203.0.113.7, true",
        "203.0.113.7, 203.0.113.8, false",
        "'192.0.2.0/24, 2001:db8::/32', 2001:db8:1::1, true",
        "'192.0.2.0/24, 2001:db8::/32', 2001:db9::1, false",
        "'192.0.2.0/24', 2001:db8::1, false",
        "'2001:db8::/32', 192.0.2.1, false",
        "0.0.0.0/0, 2001:db8::1, false",
        "192.0.2.0/24, ::ffff:192.0.2.1, true",
    })
    void allowsSources(String list, String address, boolean allowed) {
        assertThat(AllowedSources.parse(list).allow(IpAddress.parse(address).orElseThrow()))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "all",
                "*",
                "203.0.113.0/33",
                "203.0.113",
                "203.0.113.07",
                "203.0.113.7-9",
                "2001:db8::/129",
                "203.0.113.7/24",
                "2001:db8::1/32",
                "[2001:db8::1]",
                "fe80::1%eth0"
            })
    void refusesOtherSources(String list) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowedSources.parse("192.0.2.1," + list))
                .withMessageContaining(list);
    }

    /** Two empty variables with a comma between them must not open the forwarder to everybody. */
    @ParameterizedTest
    @ValueSource(strings = {",", " , ", "192.0.2.1,", ",192.0.2.1", "192.0.2.1,,192.0.2.2"})
    void refusesEmptySources(String list) {
        assertThatIllegalArgumentException().isThrownBy(() -> AllowedSources.parse(list));
    }

    @ParameterizedTest
    @CsvSource({
        "POST, POST, true",
        "POST, GET, false",
        "POST, post, false",
        "'POST, GET', GET, true",
        "*, PATCH, true",
        "*, BREW, true",
        "*, TRACE, false",
        "*, CONNECT, false",
        "*, trace, false",
        "*, Connect, false",
    })
    void allowsMethods(String list, String method, boolean allowed) {
        assertThat(AllowedMethods.parse(list).allow(method)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "post", "POST GET", "POST,*", "CONNECT", "TRACE", "PO/ST"})
    void refusesOtherMethods(String list) {
        assertThatIllegalArgumentException().isThrownBy(() -> AllowedMethods.parse(list));
    }

    @Test
    void namesMethodsToSender() {
        assertThat(AllowedMethods.parse("POST,GET,POST").allowField()).isEqualTo("POST, GET");
        assertThat(AllowedMethods.parse("*").allowField()).contains("POST").doesNotContain("*");
    }

    @ParameterizedTest
    @CsvSource({
        "/*, /, true",
        "/*, /a/b, true",
        "/github, /github, true",
        "/github, /github/, false",
        "/github, /github/a, false",
        "/github, /githubs, false",
        "/github/*, /github/a/b, true",
        "/github/*, /github/, true",
        "/github/*, /github, false",
        "/github/*, /githubs/a, false",
        "'/github, /stripe/*', /stripe/a, true",
        "/a%20b, /a%20b, true",
        "/gr%c3%bcn, /gr%C3%BCn, true",
        "/abc, /%61bc, true",
        "/, /, true",
        "/, /a, false",
    })
    void allowsPaths(String list, String path, boolean allowed) {
        assertThat(AllowedPaths.parse(list).allow(new SafePath(path))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "github", "/a*", "/*/a", "/a/**", "/a/../b", "/a//*", "/a?b", "/%2e%2e/*", "/a b"})
    void refusesOtherPaths(String list) {
        assertThatIllegalArgumentException().isThrownBy(() -> AllowedPaths.parse(list));
    }

    @ParameterizedTest
    @CsvSource({
        "*/*, '', true",
        "*/*, nonsense, true",
        "application/json, application/json, true",
        "application/json, Application/JSON; charset=utf-8, true",
        "APPLICATION/JSON, application/json, true",
        "application/json, application/jsonp, false",
        "application/json, '', false",
        "application/json, 'application/json, text/html', false",
        "application/json, application/json|text/html, false",
        "application/json, 'application/json;a=b, text/html', false",
        "application/json, 'application/json;a=b,text/html;a=b', false",
        "application/json, 'application/json;a=\"b, text/html', false",
        "application/json, application/json;, true",
        "application/json, 'application/json ; a=\"b, \\\"c\" ;d=e', true",
        "multipart/*, 'multipart/form-data; boundary=\"a,b\"', true",
        "application/json, application, false",
        "application/*, application/x-www-form-urlencoded, true",
        "application/*, text/plain, false",
        "application/*, application/, false",
        "'application/json, text/*', text/csv, true",
    })
    void allowsContentTypes(String list, String values, boolean allowed) {
        List<String> fields = values.isEmpty() ? List.of() : Arrays.asList(values.split("\\|", -1));

        assertThat(AllowedContentTypes.parse(list).allow(fields)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "json", "*", "*/json", "application/json; charset=utf-8", "application/", "/json", "a/b/c"})
    void refusesOtherContentTypes(String list) {
        assertThatIllegalArgumentException().isThrownBy(() -> AllowedContentTypes.parse(list));
    }
}
