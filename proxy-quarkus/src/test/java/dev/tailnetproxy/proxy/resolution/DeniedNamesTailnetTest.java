package dev.tailnetproxy.proxy.resolution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestDnsMessages;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is denied by a name of split DNS, asked for by its address. */
class DeniedNamesTailnetTest {

    private static final String WIKI = "wiki.corp.test";
    private static final String SAME_AS_WIKI = "alias.corp.test";
    private static final String ADDRESS = "10.1.2.3";
    private static final String NEXT = "10.1.2.4";

    private final RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    private final TestProxy proxy = TestProxy.options()
            .allowed("10.1.0.0/16,*.corp.test,::/0")
            .denied(WIKI + ",absent.corp.test")
            .start();

    @BeforeEach
    void registerDefaults() {
        for (String address : List.of(ADDRESS, NEXT, TestProxy.PEER)) {
            proxy.socks().route(address, 80, target.port());
        }
        resolves(WIKI, ADDRESS);
        resolves(SAME_AS_WIKI, ADDRESS);
        resolves("next.corp.test", NEXT);
    }

    @AfterEach
    void close() {
        proxy.close();
        target.close();
    }

    private void resolves(String name, String... addresses) {
        proxy.localApi().dns(name + "/A", TestDnsMessages.addresses(name, addresses));
    }

    private String outcome(String host) {
        return TestProxy.outcome(proxy.call("GET").to(host, 80).send());
    }

    @ParameterizedTest
    @CsvSource({
        WIKI + ", TargetNotAllowed",
        ADDRESS + ", TargetNotAllowed",
        "64:ff9b::" + ADDRESS + ", TargetNotAllowed",
        SAME_AS_WIKI + ", TargetNotAllowed",
        NEXT + ", 200",
        "next.corp.test, 200",
        TestProxy.PEER + ", 200",
    })
    void deniedNameIsDeniedByAddress(String host, String outcome) {
        assertThat(outcome(host)).isEqualTo(outcome);
        assertThat(!proxy.socks().dials().isEmpty())
                .as("what is denied is not dialled")
                .isEqualTo(outcome.equals("200"));
    }

    @Test
    void deniedNameIsResolvedAgain() {
        assertThat(outcome(ADDRESS)).isEqualTo("TargetNotAllowed");
        resolves(WIKI, NEXT);
        assertThat(outcome(NEXT)).as("known for a while").isEqualTo("200");

        proxy.clock().freezeFor(Duration.ofMinutes(11));

        assertThat(outcome(NEXT)).isEqualTo("TargetNotAllowed");
        assertThat(outcome(ADDRESS)).isEqualTo("200");
    }

    @Test
    void lastKnownAddressesStayDeniedWhileResolverFails() {
        CapturedLog log = CapturedLog.of(DeniedNamesTailnet.class.getName());
        try (log) {
            assertThat(outcome(ADDRESS)).isEqualTo("TargetNotAllowed");
            proxy.localApi().dns(WIKI + "/A", TestDnsMessages.failure(2));
            proxy.localApi().dns(WIKI + "/AAAA", TestDnsMessages.failure(2));
            proxy.clock().freezeFor(Duration.ofMinutes(11));

            assertThat(outcome(ADDRESS)).isEqualTo("TargetNotAllowed");
            assertThat(outcome(TestProxy.PEER)).isEqualTo("200");
        }
        assertThat(log.warnings().stream().anyMatch(line -> line.contains(WIKI)))
                .as("the log says what can't be known")
                .isTrue();
    }
}
