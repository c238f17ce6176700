package dev.tailnetproxy.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.support.SeededRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is denied is denied by each of its names, by each of its addresses and in each form of these. */
class DeniedTargetsTest {

    private static final int ROUNDS = 5_000;

    /** Allows whatever may be allowed, so that nothing but the denial refuses. */
    private static final String EVERYTHING = "0.0.0.0/0,::/0,*.corp.test,*.tail.ts.net";

    private static TargetPolicy denying(String denied) {
        return new TargetPolicy(TargetRule.parseList(EVERYTHING), TargetRule.parseList(denied), List.of());
    }

    @ParameterizedTest(name = "{0} denied, {1}:{2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // denied | host | port | verdict
                "db                  | db                          |   80 | TargetNotAllowed",
                "db                  | DB.                         |   80 | TargetNotAllowed",
                "db                  | db.tail.ts.net              |   80 | TargetNotAllowed",
                "db                  | db.tail.ts.net.             |   80 | TargetNotAllowed",
                "db                  | 100.64.0.7                  |   80 | TargetNotAllowed",
                "db                  | ::ffff:100.64.0.7           |   80 | TargetNotAllowed",
                "db                  | [fd7a:115c:a1e0::7]         |   80 | TargetNotAllowed",
                "db                  | 64:ff9b::100.64.0.7         |   80 | TargetNotAllowed",
                "db                  | alias.corp.test             |   80 | TargetNotAllowed",
                "db                  | alias6.corp.test            |   80 | TargetNotAllowed",
                "db                  | orders                      |   80 | Dial",
                "db                  | 100.64.0.8                  |   80 | Dial",
                "db.tail.ts.net      | db                          |   80 | TargetNotAllowed",
                "db.tail.ts.net.     | db                          |   80 | TargetNotAllowed",
                "DB.                 | 100.64.0.7                  |   80 | TargetNotAllowed",
                "*.tail.ts.net       | 100.64.0.7                  |   80 | TargetNotAllowed",
                "*.ts.net            | fd7a:115c:a1e0::8           |   80 | TargetNotAllowed",
                "*.tail.ts.net:22    | 100.64.0.7                  |   22 | TargetNotAllowed",
                "db:22               | 100.64.0.7                  |   22 | TargetNotAllowed",
                "db:22               | db.tail.ts.net              |   22 | TargetNotAllowed",
                "db:22               | 100.64.0.7                  |   80 | Dial",
                "db:22               | db                          |   80 | Dial",
                // An address of a peer stands for the peer.
                "100.64.0.7          | db                          |   80 | TargetNotAllowed",
                "100.64.0.7          | fd7a:115c:a1e0::7           |   80 | TargetNotAllowed",
                "fd7a:115c:a1e0::7   | 100.64.0.7                  |   80 | TargetNotAllowed",
                "[fd7a:115c:a1e0::7]:22 | db                       |   22 | TargetNotAllowed",
                "[fd7a:115c:a1e0::7]:22 | db                       |   80 | Dial",
                // A prefix is the addresses in it, and a name that has one of them.
                "fd7a:115c:a1e0::/48 | 100.64.0.7                  |   80 | Dial",
                "fd7a:115c:a1e0::/48 | db                          |   80 | TargetNotAllowed",
                "100.64.0.0/10       | orders.tail.ts.net          |   80 | TargetNotAllowed",
                // Every form that carries an IPv4 address.
                "10.1.2.3            | 10.1.2.3                    |   80 | TargetNotAllowed",
                "10.1.2.3            | ::ffff:10.1.2.3             |   80 | TargetNotAllowed",
                "10.1.2.3            | ::ffff:a01:203              |   80 | TargetNotAllowed",
                "10.1.2.3            | ::10.1.2.3                  |   80 | TargetNotAllowed",
                "10.1.2.3            | ::ffff:0:10.1.2.3           |   80 | TargetNotAllowed",
                "10.1.2.3            | 64:ff9b::10.1.2.3           |   80 | TargetNotAllowed",
                "10.1.2.3            | 64:ff9b::a01:203            |   80 | TargetNotAllowed",
                "10.1.2.3            | 64:ff9b:1::10.1.2.3         |   80 | TargetNotAllowed",
                "10.1.2.3            | 64:ff9b:1:a01:2:300::       |   80 | TargetNotAllowed",
                "10.1.2.3            | 64:ff9b:1:a:1:203::         |   80 | TargetNotAllowed",
                "10.1.2.3            | 64:ff9b:1:7:a:102:300:0     |   80 | TargetNotAllowed",
                "10.1.2.3            | 64:ff9b:1:7:8:9:10.1.2.3    |   80 | TargetNotAllowed",
                "10.1.2.3            | fd7a:115c:a1e0:b1a:0:7:10.1.2.3 | 80 | TargetNotAllowed",
                "10.1.2.3            | fd7a:115c:a1e0:b1a::a01:203 |   80 | TargetNotAllowed",
                "10.1.2.3            | 2002:a01:203::1             |   80 | TargetNotAllowed",
                "10.1.2.3            | 2001:0:4136:e378:8000:63bf:f5fe:fdfc | 80 | TargetNotAllowed",
                "10.1.2.3            | 2001:db8::5efe:10.1.2.3     |   80 | TargetNotAllowed",
                "10.1.2.3            | 2001:db8::200:5efe:10.1.2.3 |   80 | TargetNotAllowed",
                "10.1.2.3            | 64:ff9b::10.1.2.4           |   80 | Dial",
                "10.1.2.0/24:443     | 64:ff9b::10.1.2.9           |  443 | TargetNotAllowed",
                "10.1.2.0/24:443     | 64:ff9b::10.1.2.9           |   80 | Dial",
                "10.1.2.0/24         | fd7a:115c:a1e0:b1a:0:7:10.1.2.9 | 80 | TargetNotAllowed",
                "::ffff:10.1.2.3     | 10.1.2.3                    |   80 | TargetNotAllowed",
                "::ffff:10.1.2.0/120 | 10.1.2.9                    |   80 | TargetNotAllowed",
                "64:ff9b::10.1.2.3   | 10.1.2.3                    |   80 | TargetNotAllowed",
                "64:ff9b::10.1.2.0/120 | 2002:a01:209::1           |   80 | TargetNotAllowed",
                // A site of 4via6 is one network among several with the same addresses.
                "fd7a:115c:a1e0:b1a:0:7:10.1.2.3 | 10.1.2.3        |   80 | Dial",
                // By names of the subnet.
                "10.1.2.3            | wiki.corp.test              |   80 | TargetNotAllowed",
                "10.1.2.3            | pool.corp.test              |   80 | TargetNotAllowed",
                "10.1.2.3            | nat64.corp.test             |   80 | TargetNotAllowed",
                "10.1.2.0/24         | wiki.corp.test.             |   80 | TargetNotAllowed",
                "10.1.2.4            | wiki.corp.test              |   80 | Dial",
                "wiki.corp.test      | WIKI.corp.test.             |   80 | TargetNotAllowed",
                "*.corp.test         | wiki.corp.test              |   80 | TargetNotAllowed",
                "*.corp.test.        | wiki.corp.test              |   80 | TargetNotAllowed",
            })
    void isDeniedInEveryNotation(String denied, String host, int port, String verdict) {
        assertThat(PolicyTailnet.outcome(PolicyTailnet.verdict(denying(denied), host, port)))
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0} allowed, {1} denied, {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // allowed | denied | host | verdict
                "10.0.0.0/8,::/0      | 10.1.2.3        | 10.1.2.3                | TargetNotAllowed",
                "10.0.0.0/8,::/0      | 10.1.2.3        | 64:ff9b::10.1.2.3       | TargetNotAllowed",
                "10.0.0.0/8,::/0      | 10.1.2.3        | fd7a:115c:a1e0:b1a:0:7:10.1.2.3 | TargetNotAllowed",
                "10.0.0.0/8,::/0      | 10.1.2.3        | 64:ff9b::10.1.2.4       | Dial",
                "wiki.corp.test       | wiki.corp.test. | wiki.corp.test          | TargetNotAllowed",
                "wiki.corp.test       | *.corp.test     | wiki.corp.test.         | TargetNotAllowed",
                "db.tail.ts.net       | db              | db.tail.ts.net          | TargetNotAllowed",
                "db                   | db.tail.ts.net  | db                      | TargetNotAllowed",
                "db.tail.ts.net       | db:22           | db.tail.ts.net          | DialName",
                "db.a.test            | db.b.test       | db.a.test               | DialName",
                "orders               | db              | orders                  | DialName",
            })
    void isDeniedWithoutLocalApi(String allowed, String denied, String host, String verdict) {
        TargetPolicy policy = new TargetPolicy(TargetRule.parseList(allowed), TargetRule.parseList(denied), List.of());

        assertThat(PolicyTailnet.outcome(policy.decideWithoutTailnet(TargetHost.parse(host), new Port(80))))
                .isEqualTo(verdict);
    }

    @Test
    void noNotationOfDeniedAddressIsDialled() {
        Random random = SeededRandom.random(getClass());
        for (int i = 0; i < ROUNDS; i++) {
            byte[] address = new byte[4];
            random.nextBytes(address);
            address[0] = (byte) (1 + random.nextInt(223));
            int bits = 8 + random.nextInt(25);
            String rule = IpAddress.of(address) + "/" + bits;
            byte[] near = address.clone();
            if (bits < 32) {
                near[3] ^= (byte) (bits <= 24 ? random.nextInt(256) : random.nextInt(1 << (32 - bits)));
            }
            String form = AddressSpellings.embedding(near, random);

            assertThat(PolicyTailnet.outcome(PolicyTailnet.verdict(denying(rule), form, 80)))
                    .as(form + " by " + rule)
                    .isEqualTo("TargetNotAllowed");
        }
    }

    @Test
    void deniedPeerIsUnreachable() {
        Random random = SeededRandom.random(getClass());
        List<String> ways =
                List.of("db", "Db.", "db.tail.ts.net", "DB.TAIL.TS.NET.", "100.64.0.7", "fd7a:115c:a1e0::7");
        for (int i = 0; i < ROUNDS; i++) {
            String rule = ways.get(random.nextInt(ways.size()));
            String way = random.nextBoolean()
                    ? ways.get(random.nextInt(ways.size()))
                    : AddressSpellings.embedding(new byte[] {100, 64, 0, 7}, random);

            assertThat(PolicyTailnet.outcome(PolicyTailnet.verdict(denying(rule), way, 80)))
                    .as(way + " by " + rule)
                    .isEqualTo("TargetNotAllowed");
        }
    }
}
