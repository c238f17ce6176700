package dev.tailnetproxy.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.policy.TargetPolicy.Peers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers that are reached only when they are listed, with their ports. */
class ListedPeersTest {

    private static String reached(Peers peers, String allowed, String denied, String host, int port) {
        TargetPolicy policy = new TargetPolicy(
                TargetRule.parseList(allowed == null ? "" : allowed),
                new DeniedTargets(TargetRule.parseList(denied == null ? "" : denied)),
                List.of(),
                peers,
                Optional.empty());
        return PolicyTailnet.outcome(PolicyTailnet.verdict(policy, host, port));
    }

    @ParameterizedTest(name = "{0} allowed, {1} denied, {2}:{3}")
    @CsvSource(
            delimiter = '|',
            value = {
                // allowed | denied | host | port | verdict when listed | verdict when all
                "                       |        | orders              | 443 | TargetNotAllowed | Dial",
                "                       |        | orders.tail.ts.net. | 443 | TargetNotAllowed | Dial",
                "                       |        | 100.64.0.8          | 443 | TargetNotAllowed | Dial",
                "                       |        | fd7a:115c:a1e0::8   | 443 | TargetNotAllowed | Dial",
                "orders:443             |        | orders              | 443 | Dial | Dial",
                "orders:443             |        | Orders.             | 443 | Dial | Dial",
                "orders:443             |        | orders.tail.ts.net  | 443 | Dial | Dial",
                "orders:443             |        | 100.64.0.8          | 443 | Dial | Dial",
                "orders:443             |        | ::ffff:100.64.0.8   | 443 | Dial | Dial",
                "orders:443             |        | fd7a:115c:a1e0::8   | 443 | Dial | Dial",
                "orders:443             |        | orders              |  80 | TargetNotAllowed | Dial",
                "orders:443             |        | 100.64.0.8          |  80 | TargetNotAllowed | Dial",
                "orders:443             |        | db                  | 443 | TargetNotAllowed | Dial",
                "orders:443             |        | 100.64.0.7          | 443 | TargetNotAllowed | Dial",
                "orders.tail.ts.net.    |        | orders              |  80 | Dial | Dial",
                "*.tail.ts.net:443      |        | 100.64.0.8          | 443 | Dial | Dial",
                "*.tail.ts.net:443      |        | db                  |  80 | TargetNotAllowed | Dial",
                "100.64.0.8:443         |        | orders              | 443 | Dial | Dial",
                "100.64.0.8:443         |        | fd7a:115c:a1e0::8   | 443 | TargetNotAllowed | Dial",
                "100.64.0.8:443         |        | 64:ff9b::100.64.0.8 | 443 | TargetNotAllowed | TargetNotAllowed",
                "100.64.0.8/31:80-90    |        | 100.64.0.9          |  90 | Dial | Dial",
                "100.64.0.8/31:80-90    |        | billing             |  91 | TargetNotAllowed | Dial",
                "orders                 | orders:22 | 100.64.0.8       |  22 | TargetNotAllowed | TargetNotAllowed",
                // What a name server gives for a pattern does not list a peer.
                "*.corp.test            |        | alias.corp.test     |  22 | TargetNotAllowed | Dial",
                "alias.corp.test:22     |        | alias.corp.test     |  22 | Dial | Dial",
                "alias.corp.test:22     |        | 100.64.0.7          |  22 | TargetNotAllowed | Dial",
                "*.corp.test            |        | wiki.corp.test      |  80 | Dial | Dial",
                "10.0.0.0/8             |        | 10.1.2.3            |  80 | Dial | Dial",
                "0.0.0.0/0              |        | 100.64.0.1          |  80 | TargetNotAllowed | TargetNotAllowed",
            })
    void listedPeersAreReachable(String allowed, String denied, String host, int port, String listed, String all) {
        assertThat(reached(Peers.LISTED, allowed, denied, host, port)).isEqualTo(listed);
        assertThat(reached(Peers.ALL, allowed, denied, host, port)).isEqualTo(all);
    }
}
