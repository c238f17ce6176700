package dev.tailnetproxy.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may reach what. */
class TargetPolicyTest {

    private static final TailnetRoutes ROUTES = new TailnetRoutes(
            ips("100.64.0.1"),
            ips("100.64.0.2", "100.64.0.3"),
            List.of(Cidr.valid("10.1.0.0/16")),
            false,
            "t.test",
            Map.of());

    private static Set<IpAddress> ips(String... texts) {
        return Set.copyOf(
                Stream.of(texts).map(t -> IpAddress.parse(t).orElseThrow()).toList());
    }

    private static String decide(String allowed, String denied, String host, int port, TailnetRoutes routes) {
        TargetPolicy policy = new TargetPolicy(TargetRule.parseList(allowed), TargetRule.parseList(denied), List.of());
        try {
            return name(policy.decide(TargetHost.parse(host), new Port(port), routes));
        } catch (IllegalArgumentException e) {
            return ErrorName.INVALID_TARGET.wireName();
        }
    }

    private static String name(Decision decision) {
        return decision instanceof Decision.Refuse refuse
                ? refuse.error().wireName()
                : decision.getClass().getSimpleName();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // allowed | denied | host | port | decision
                "                    |                 | 100.64.0.2   |    1 | Dial",
                "                    |                 | 100.64.0.1   |   80 | TargetNotAllowed",
                "                    |                 | 100.64.0.9   |   80 | TargetNotAllowed",
                "                    |                 | 10.1.0.1     |   80 | TargetNotAllowed",
                "10.1.0.0/16         |                 | 10.1.0.1     |   80 | Dial",
                "10.1.0.0/16         |                 | 10.2.0.1     |   80 | TargetNotAllowed",
                "10.0.0.0/8          |                 | 10.2.0.1     |   80 | NoTailnetRoute",
                "10.1.0.0/16:443     |                 | 10.1.0.1     |   80 | TargetNotAllowed",
                "10.1.0.0/16:443     |                 | 10.1.0.1     |  443 | Dial",
                "10.1.0.0/16:80-90   |                 | 10.1.0.1     |   90 | Dial",
                "10.1.0.0/16:80-90   |                 | 10.1.0.1     |   91 | TargetNotAllowed",
                "10.1.0.0/16         | 10.1.2.0/24     | 10.1.2.1     |   80 | TargetNotAllowed",
                "                    | 100.64.0.2      | 100.64.0.2   |   80 | TargetNotAllowed",
                "                    | 100.64.0.2:22   | 100.64.0.2   |   22 | TargetNotAllowed",
                "                    | 100.64.0.2:22   | 100.64.0.2   |   80 | Dial",
                "0.0.0.0/0           |                 | 127.0.0.1    |   80 | TargetNotAllowed",
                "0.0.0.0/0           |                 | 100.64.0.1   |   80 | TargetNotAllowed",
                "::/0                |                 | 64:ff9b::100.64.0.1 | 80 | TargetNotAllowed",
                "::/0                |                 | 2002:6440:1::1 | 80 | TargetNotAllowed",
                "127.0.0.1           |                 | 127.0.0.1    |   80 | TargetNotAllowed",
                "localhost           |                 | localhost    |   80 | TargetNotAllowed",
                "                    |                 | a            |   80 | Resolve",
                "                    |                 | a.t.test     |   80 | Resolve",
                "                    |                 | a.b.t.test   |   80 | Resolve",
                "                    |                 | t.test       |   80 | TargetNotAllowed",
                "                    |                 | at.test      |   80 | TargetNotAllowed",
                "                    |                 | a.other      |   80 | TargetNotAllowed",
                "a.other             |                 | a.other      |   80 | Resolve",
                "a.other             |                 | b.a.other    |   80 | TargetNotAllowed",
                "*.other             |                 | b.a.other    |   80 | Resolve",
                "*.o.ther            |                 | o.ther       |   80 | TargetNotAllowed",
                "*.other:443         |                 | a.other      |   80 | TargetNotAllowed",
                "*.other             | a.other         | a.other      |   80 | TargetNotAllowed",
                "*.other             | *.a.other       | b.a.other    |   80 | TargetNotAllowed",
                "                    | a.t.test        | a            |   80 | TargetNotAllowed",
                "                    | a               | a            |   80 | TargetNotAllowed",
            })
    void decidesByRules(String allowed, String denied, String host, int port, String decision) {
        assertThat(decide(allowed == null ? "" : allowed, denied == null ? "" : denied, host, port, ROUTES))
                .isEqualTo(decision);
    }

    /** Each listed by itself, and an exit node takes everything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "169.254.100.1",
                "100.100.100.100",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "100.64.0.1",
                "::",
                "::1",
                "fe80::1",
                "ff02::1",
                "fd00:ec2::254",
                "fd7a:115c:a1e0::53",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::169.254.169.254",
                "2002:a9fe:a9fe::1",
                "localhost",
                "a.localhost",
                "localhost."
            })
    void noSettingLiftsWhatIsBuiltIn(String host) {
        TailnetRoutes all = new TailnetRoutes(
                ROUTES.self(), ROUTES.peers(), ROUTES.subnets(), true, ROUTES.suffix(), ROUTES.names());

        assertThat(decide("0.0.0.0/0,::/0,*.localhost," + host, "", host, 80, all))
                .isEqualTo("TargetNotAllowed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // allowed | denied | what the name resolves to | decision
                "            |             | 100.64.0.2               | Dial",
                "            |             | 100.64.0.1               | TargetNotAllowed",
                "            |             | 100.64.0.2 127.0.0.1     | TargetNotAllowed",
                "            |             | 100.64.0.2 100.64.0.1    | TargetNotAllowed",
                "            |             | 10.1.0.1                 | TargetNotAllowed",
                "10.1.0.0/16 |             | 10.1.0.1                 | Dial",
                "n.t.test    |             | 10.1.0.1                 | Dial",
                "n.t.test    |             | 172.31.0.1               | NoTailnetRoute",
                "n.t.test    |             | 169.254.169.254          | TargetNotAllowed",
                "n.t.test    | 10.1.0.0/16 | 10.1.0.1                 | TargetNotAllowed",
                "            | 100.64.0.2  | 100.64.0.2               | TargetNotAllowed",
                "            | 100.64.0.2  | 100.64.0.2 100.64.0.3    | TargetNotAllowed",
                "            | 100.64.0.4  | 100.64.0.2 100.64.0.3    | Dial",
            })
    void checksEveryAddressOfName(String allowed, String denied, String addresses, String decision) {
        TargetPolicy policy = new TargetPolicy(
                TargetRule.parseList(allowed == null ? "" : allowed),
                TargetRule.parseList(denied == null ? "" : denied),
                List.of());
        TargetHost.Name name = new TargetHost.Name("n.t.test");
        List<IpAddress> ips = Stream.of(addresses.split(" ", -1))
                .map(t -> IpAddress.parse(t).orElseThrow())
                .toList();

        assertThat(name(policy.decideResolved(new Decision.Resolve(name, name), new Port(80), ips, ROUTES)))
                .isEqualTo(decision);
    }

    @Test
    void exitNodeRoutesAllowedTargets() {
        TailnetRoutes exit = new TailnetRoutes(ips("100.64.0.1"), Set.of(), List.of(), true, "t.test", Map.of());

        assertThat(decide("0.0.0.0/0", "", "8.8.8.8", 443, exit)).isEqualTo("Dial");
        assertThat(decide("", "", "8.8.8.8", 443, exit)).isEqualTo("TargetNotAllowed");
        assertThat(decide("0.0.0.0/0", "", "169.254.169.254", 80, exit)).isEqualTo("TargetNotAllowed");
    }

    @Test
    void ownPortsAreDenied() {
        IpAddress socks = IpAddress.parse("10.1.0.5").orElseThrow();
        TargetPolicy policy = new TargetPolicy(
                TargetRule.parseList("10.1.0.0/16"),
                List.of(),
                List.of(new TargetPolicy.Endpoint(socks, new Port(1055))));

        assertThat(name(policy.decide(TargetHost.parse("10.1.0.5"), new Port(1055), ROUTES)))
                .isEqualTo("TargetNotAllowed");
        assertThat(name(policy.decide(TargetHost.parse("64:ff9b::10.1.0.5"), new Port(1055), ROUTES)))
                .isEqualTo("TargetNotAllowed");
        assertThat(name(policy.decide(TargetHost.parse("10.1.0.5"), new Port(1056), ROUTES)))
                .isEqualTo("Dial");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                | 100.64.0.2 | TargetNotAllowed",
                "100.64.0.0/10   | 100.64.0.2 | Dial",
                "100.64.0.0/10   | 127.0.0.1  | TargetNotAllowed",
                "127.0.0.0/8     | 127.0.0.1  | TargetNotAllowed",
                "                | a.other    | TargetNotAllowed",
                "a.other         | a.other    | DialName",
                "*.other         | a.other    | TargetNotAllowed",
                "a.other:81      | a.other    | TargetNotAllowed",
                "localhost       | localhost  | TargetNotAllowed",
            })
    void noLocalApiAllowsListedTargetsOnly(String allowed, String host, String decision) {
        TargetPolicy policy =
                new TargetPolicy(TargetRule.parseList(allowed == null ? "" : allowed), List.of(), List.of());

        assertThat(name(policy.decideWithoutTailnet(TargetHost.parse(host), new Port(80))))
                .isEqualTo(decision);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what the client may reach | host | decision
                "10.1.0.0/16:80  | 10.1.2.3 | Dial",
                "10.1.0.0/16:81  | 10.1.2.3 | TargetNotAllowed",
                "10.2.0.0/16     | 10.1.2.3 | TargetNotAllowed",
                "0.0.0.0/0       | 10.9.9.9 | TargetNotAllowed",
                "0.0.0.0/0       | 127.0.0.1 | TargetNotAllowed",
                "a.other         | a.other  | DialName",
                "*.other:80      | a.other  | DialName",
                "b.other         | a.other  | TargetNotAllowed",
                "0.0.0.0/0       | a.other  | TargetNotAllowed",
                "                | a.other  | TargetNotAllowed",
            })
    void callerRestrictionAppliesWithoutLocalApi(String limit, String host, String decision) {
        TargetPolicy policy = new TargetPolicy(TargetRule.parseList("10.1.0.0/16,a.other"), List.of(), List.of())
                .restrictedTo(TargetRule.parseList(limit == null ? "" : limit));

        assertThat(name(policy.decideWithoutTailnet(TargetHost.parse(host), new Port(80))))
                .isEqualTo(decision);
    }
}
