package dev.tailnetproxy.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.policy.TargetPolicy.Peers;
import dev.tailnetproxy.proxy.support.SeededRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What one client is limited to: never more than the policy allows, and never more than its own entries hold. */
class LimitedPolicyPropertyTest {

    private static final int ROUNDS = 4_000;

    private static final List<Integer> PORTS = List.of(22, 80, 85, 443);

    /**
     * What an entry holds in the small tailnet.
     *
     * @param ports those of the above that it speaks of
     * @param addresses everything that it may lead to, under whatever name
     */
    private record Held(Set<Integer> ports, Set<IpAddress> addresses) {}

    /** Said by hand, so that the reader of the entries is not its own judge. */
    private static final Map<String, Held> ENTRIES = Map.of(
            "orders:443", held(Set.of(443), "100.64.0.8", "fd7a:115c:a1e0::8"),
            "db.tail.ts.net", held(Set.copyOf(PORTS), "100.64.0.7", "fd7a:115c:a1e0::7"),
            "100.64.0.9:22", held(Set.of(22), "100.64.0.9"),
            "100.64.0.8/31:80-90", held(Set.of(80, 85), "100.64.0.8", "100.64.0.9"),
            "[fd7a:115c:a1e0::7]:443", held(Set.of(443), "fd7a:115c:a1e0::7"),
            "10.1.2.4/32", held(Set.copyOf(PORTS), "10.1.2.4"),
            "*.corp.test:80", held(Set.of(80), "10.1.2.3", "10.1.2.4", "64:ff9b::10.1.2.3"),
            "alias.corp.test:85", held(Set.of(85), "100.64.0.7"),
            "stranger.corp.test", held(Set.copyOf(PORTS)));

    private static final List<String> HOSTS = List.of(
            "orders",
            "ORDERS.tail.ts.net.",
            "100.64.0.8",
            "::ffff:100.64.0.8",
            "fd7a:115c:a1e0::8",
            "db",
            "db.tail.ts.net",
            "100.64.0.7",
            "fd7a:115c:a1e0:0::7",
            "billing",
            "100.64.0.9",
            "alias.corp.test",
            "alias6.corp.test",
            "Wiki.corp.test.",
            "pool.corp.test",
            "nat64.corp.test",
            "10.1.2.3",
            "10.1.2.4",
            "64:ff9b::10.1.2.3",
            "stranger.corp.test",
            "100.64.0.1",
            "127.0.0.1",
            "8.8.8.8");

    private static Held held(Set<Integer> ports, String... addresses) {
        return new Held(ports, Set.copyOf(PolicyTailnet.ips(addresses)));
    }

    private static TargetPolicy policy(Random random) {
        return new TargetPolicy(
                TargetRule.parseList("10.1.0.0/16,*.corp.test" + (random.nextBoolean() ? ",orders:443,billing" : "")),
                new DeniedTargets(TargetRule.parseList(random.nextInt(4) == 0 ? "db:22" : "")),
                List.of(),
                random.nextBoolean() ? Peers.ALL : Peers.LISTED,
                Optional.empty());
    }

    private static Set<IpAddress> dialled(TargetPolicy policy, String host, int port) {
        return PolicyTailnet.verdict(policy, host, port) instanceof Decision.Dial dial
                ? Set.copyOf(dial.addresses())
                : Set.of();
    }

    private static TargetPolicy limited(TargetPolicy policy, List<String> entries) {
        return policy.restrictedTo(TargetRule.parseList(String.join(",", entries)));
    }

    @Test
    void isNeverMoreThanTheEntriesHoldAndThePolicyAllows() {
        Random random = SeededRandom.random(getClass());
        Set<String> used = new HashSet<>();
        for (int i = 0; i < ROUNDS; i++) {
            TargetPolicy policy = policy(random);
            String host = HOSTS.get(random.nextInt(HOSTS.size()));
            int port = PORTS.get(random.nextInt(PORTS.size()));
            List<String> entries = new ArrayList<>(ENTRIES.keySet());
            entries.removeIf(entry -> random.nextInt(3) > 0);

            Set<IpAddress> reached = dialled(limited(policy, entries), host, port);

            String what = host + ":" + port + " of " + policy + " limited to " + entries + ": " + reached;
            assertThat(dialled(policy, host, port).containsAll(reached))
                    .as(what)
                    .isTrue();
            Set<IpAddress> held = new HashSet<>();
            entries.stream()
                    .map(ENTRIES::get)
                    .filter(entry -> entry.ports().contains(port))
                    .forEach(entry -> held.addAll(entry.addresses()));
            assertThat(held.containsAll(reached)).as(what).isTrue();
            if (!reached.isEmpty()) {
                used.add(host);
            }
        }

        assertThat(used.size() > 10)
                .as(() -> "only " + used + " are reached at all")
                .isTrue();
    }

    @Test
    void isNothingWithoutEntriesAndEverythingWithAllAddresses() {
        Random random = SeededRandom.random(getClass());
        for (int i = 0; i < ROUNDS; i++) {
            TargetPolicy policy = policy(random);
            String host = HOSTS.get(random.nextInt(HOSTS.size()));
            int port = PORTS.get(random.nextInt(PORTS.size()));

            assertThat(dialled(limited(policy, List.of()), host, port)).as(host).isEqualTo(Set.of());
            assertThat(PolicyTailnet.verdict(limited(policy, List.of("0.0.0.0/0", "::/0")), host, port))
                    .as(host)
                    .isEqualTo(PolicyTailnet.verdict(policy, host, port));
        }
    }

    @Test
    void growsWithEachEntry() {
        Random random = SeededRandom.random(getClass());
        for (int i = 0; i < ROUNDS; i++) {
            TargetPolicy policy = policy(random);
            String host = HOSTS.get(random.nextInt(HOSTS.size()));
            int port = PORTS.get(random.nextInt(PORTS.size()));
            List<String> all = new ArrayList<>(ENTRIES.keySet());
            List<String> some = new ArrayList<>(all);
            some.removeIf(entry -> random.nextBoolean());

            assertThat(dialled(limited(policy, all), host, port)
                            .containsAll(dialled(limited(policy, some), host, port)))
                    .as(host)
                    .isTrue();
        }
    }
}
