package dev.tailnetproxy.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.AddressSpelling;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.support.SeededRandom;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * No spelling of an address gets round the policy. The tailnet here routes everything and the operator allows everything,
 * so that only the built-in refusals stand between a caller and this machine.
 */
class SpellingPropertyTest {

    private static final int ROUNDS = 20_000;
    private static final TailnetRoutes ROUTES_EVERYTHING =
            new TailnetRoutes(Set.of(), Set.of(), List.of(), true, "tailnet.test", Map.of());
    private static final TargetPolicy ALLOWS_EVERYTHING =
            new TargetPolicy(TargetRule.parseList("0.0.0.0/0,::/0"), List.of(), List.of());

    private static String outcome(String spelling) {
        try {
            Decision decision = ALLOWS_EVERYTHING.decide(TargetHost.parse(spelling), new Port(80), ROUTES_EVERYTHING);
            return decision instanceof Decision.Refuse refuse ? refuse.error().wireName() : "dialled or resolved";
        } catch (IllegalArgumentException e) {
            return ErrorName.INVALID_TARGET.wireName();
        }
    }

    @Test
    void standardNotationOfLocalAddressIsDenied() {
        Random random = SeededRandom.random(getClass());
        for (int i = 0; i < ROUNDS; i++) {
            byte[] near = nearAddress(random);
            String spelling = AddressSpellings.standard(near, random);
            assertThat(outcome(spelling)).as(spelling).isEqualTo("TargetNotAllowed");
        }
    }

    @Test
    void nonStandardNotationIsInvalid() {
        Random random = SeededRandom.random(getClass());
        for (int i = 0; i < ROUNDS; i++) {
            byte[] address = new byte[4];
            random.nextBytes(address);
            String spelling = AddressSpellings.nonStandard(address, random);
            assertThat(outcome(spelling)).as(spelling).isEqualTo("InvalidTarget");
        }
    }

    @Test
    void parsedAddressMatchesJdk() throws Exception {
        Random random = SeededRandom.random(getClass());
        for (int i = 0; i < ROUNDS; i++) {
            byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(address);
            if (random.nextBoolean()) {
                address[0] = 0;
                address[1] = 0;
            }
            String spelling = AddressSpellings.standard(address, random);
            AddressSpelling read = AddressSpelling.of(spelling);
            IpAddress ip = assertThat(read)
                    .as(spelling)
                    .asInstanceOf(type(AddressSpelling.Standard.class))
                    .actual()
                    .ip();
            assertThat(ip)
                    .as(spelling)
                    .isEqualTo(IpAddress.of(InetAddress.getByName(spelling).getAddress()));
            assertThat(IpAddress.parse(ip.toString()).orElseThrow())
                    .as("canonical form is standard")
                    .isEqualTo(ip);
        }
    }

    @Test
    void arbitraryTextNeverThrowsOtherwise() {
        Random random = SeededRandom.random(getClass());
        String alphabet = "0123456789abcdefxX.:[]%/@#?\\-_ \r\n\t\u0000\u00e9\uff11\u3002*lochst";
        for (int i = 0; i < 5 * ROUNDS; i++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(20);
            for (int j = 0; j < length; j++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                TargetHost host = TargetHost.parse(text.toString());
                assertThat(host.toString().chars().anyMatch(c -> c <= ' ' || c > '~'))
                        .as("clean: " + text)
                        .isFalse();
                assertThat(host.toString().length() <= 253).isTrue();
            } catch (IllegalArgumentException e) {
                assertThat(e.getClass())
                        .as(() -> "no reason of ours: " + text)
                        .isEqualTo(IllegalArgumentException.class);
            }
        }
    }

    private static byte[] nearAddress(Random random) {
        byte[] address = new byte[4];
        random.nextBytes(address);
        switch (random.nextInt(5)) {
            case 0 -> address[0] = 127;
            case 1 -> address[0] = 0;
            case 2 -> {
                address[0] = (byte) 169;
                address[1] = (byte) 254;
            }
            case 3 -> address[0] = (byte) (224 + random.nextInt(32));
            default -> address = new byte[] {100, 100, 100, 100};
        }
        return address;
    }
}
