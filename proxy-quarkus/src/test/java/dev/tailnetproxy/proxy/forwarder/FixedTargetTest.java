package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedTargetTest {

    @ParameterizedTest
    @CsvSource({
        "https://hooks, hooks, 443, true, hooks, /",
        "https://hooks/, hooks, 443, true, hooks, /",
        "HTTPS://Hooks.Tailnet.ts.net./base, hooks.tailnet.ts.net, 443, true, hooks.tailnet.ts.net, /base",
        "http://hooks/base/, hooks, 80, false, hooks, /base/",
        "https://hooks:8443/a/b, hooks, 8443, true, hooks:8443, /a/b",
        "http://hooks:443, hooks, 443, false, hooks:443, /",
        "http://100.64.0.9:8080/x, 100.64.0.9, 8080, false, 100.64.0.9:8080, /x",
        "https://[fd7a:115c:a1e0::9]:8443, fd7a:115c:a1e0::9, 8443, true, [fd7a:115c:a1e0::9]:8443, /",
    })
    void readsUrl(String url, String host, int port, boolean https, String authority, String base) {
        FixedTarget read = FixedTarget.parse(url);

        assertThat(read.target().host()).hasToString(host);
        assertThat(read.target().port().number()).isEqualTo(port);
        assertThat(read.target().https()).isEqualTo(https);
        assertThat(read.target().authority()).isEqualTo(authority);
        assertThat(read.base()).isEqualTo(new SafePath(base));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hooks",
                "hooks:443",
                "//hooks",
                "ftp://hooks",
                "https:hooks",
                "https:///base",
                "https://",
                "https://user@hooks",
                "https://user:secret@hooks/",
                "https://hooks?x=1",
                "https://hooks/?x=1",
                "https://hooks#x",
                "https://hooks/#x",
                "https://hooks:",
                "https://hooks:0",
                "https://hooks:00443",
                "https://hooks:65536",
                "https://hooks:https",
                "https://ho oks",
                "https://hooks\\@other",
                "https://0x7f.1",
                "https://127.1",
                "https://fd7a:115c:a1e0::9",
                "https://[fd7a:115c:a1e0::9",
                "https://[hooks",
                "https://hooks/../a",
                "https://hooks/a//b",
                "https://hooks/%2e%2e",
                "https://hooks/a b"
            })
    void refusesOtherText(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> FixedTarget.parse(url));
    }
}
