package dev.tailnetproxy.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * No text makes the policy dial what is never reachable. The tailnet routes everything and the operator allows
 * everything, so that only the built-in refusals are left; {@link UnreachableAddresses} and {@link LenientAddressParser} judge.
 */
class TargetPolicyFuzz {

    private static final TailnetRoutes ROUTES_EVERYTHING =
            new TailnetRoutes(Set.of(), Set.of(), List.of(), true, "tailnet.test", Map.of());
    private static final TargetPolicy ALLOWS_EVERYTHING =
            new TargetPolicy(TargetRule.parseList("0.0.0.0/0,::/0,*.test"), List.of(), List.of());

    /** The first line is the target, the others are the addresses that the tailnet's resolver returns for a name. */
    @FuzzTest
    void neverDialsWhatIsNeverReachable(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", -1);
        String text = lines[0];
        Optional<InetAddress> meant = LenientAddressParser.read(text);
        TargetHost host;
        try {
            host = TargetHost.parse(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        Decision decision = ALLOWS_EVERYTHING.decide(host, new Port(80), ROUTES_EVERYTHING);
        if (decision instanceof Decision.Dial dial) {
            assertThat(dialled(dial)).as(text).isEqualTo(List.of(meant.orElseThrow()));
            assertThat(UnreachableAddresses.includes(meant.get())).as(text).isFalse();
        } else if (decision instanceof Decision.Resolve resolve) {
            assertThat(meant.isEmpty())
                    .as("an address was taken for a name: " + text)
                    .isTrue();
            assertThat((resolve.fullName() + ".").endsWith("localhost."))
                    .as(text)
                    .isFalse();
            judgeResolved(resolve, lines);
        } else {
            assertThat(decision).as(text).isInstanceOf(Decision.Refuse.class);
        }
    }

    private static void judgeResolved(Decision.Resolve resolved, String[] lines) {
        List<IpAddress> addresses = Stream.of(lines)
                .skip(1)
                .flatMap(line -> IpAddress.parse(line).stream())
                .toList();
        boolean anyNever = addresses.stream()
                .anyMatch(address -> UnreachableAddresses.includes(UnreachableAddresses.literal("" + address)));

        Decision decision = ALLOWS_EVERYTHING.decideResolved(resolved, new Port(80), addresses, ROUTES_EVERYTHING);

        assertThat((decision instanceof Decision.Dial))
                .as(() -> "" + addresses)
                .isEqualTo(!addresses.isEmpty() && !anyNever);
    }

    private static List<InetAddress> dialled(Decision.Dial dial) {
        return dial.addresses().stream()
                .map(address -> UnreachableAddresses.literal(address.toString()))
                .toList();
    }
}
