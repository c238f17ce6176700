package dev.tailnetproxy.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The decision about random lists and addresses against the arithmetic of whole numbers. */
class SourcePropertyTest {

    private static final int ROUNDS = 5_000;

    /** A number of a family's bits. */
    private record Address(BigInteger number, int bits) {

        String text() {
            byte[] bytes = new byte[bits / 8];
            byte[] digits = number.toByteArray();
            int length = Math.min(digits.length, bytes.length);
            System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
            try {
                return InetAddress.getByAddress(bytes).getHostAddress();
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        Address flip(int bit) {
            return new Address(number.flipBit(bit), bits);
        }
    }

    private record Prefix(Address first, int length) {

        static Prefix of(Address any, int length) {
            int behind = any.bits() - length;
            return new Prefix(new Address(any.number().shiftRight(behind).shiftLeft(behind), any.bits()), length);
        }

        boolean holds(Address address) {
            int behind = first.bits() - length;
            return first.bits() == address.bits()
                    && first.number().shiftRight(behind).equals(address.number().shiftRight(behind));
        }

        String text() {
            return first.text() + "/" + length;
        }
    }

    /** IPv6 addresses with the first bit set, because a mapped IPv4 address is another family's. */
    private static Address random(Random random) {
        return random.nextBoolean()
                ? new Address(new BigInteger(32, random), 32)
                : new Address(new BigInteger(128, random).setBit(127), 128);
    }

    /** Mostly one that differs from the prefix's first address in one bit, so that both decisions are common. */
    private static Address near(Prefix prefix, Random random) {
        Address first = prefix.first();
        int flippable = first.bits() == 32 ? 32 : 127;
        return random.nextInt(4) == 0 ? random(random) : first.flip(random.nextInt(flippable));
    }

    @Test
    void decisionIsThatOfArithmetic() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(getClass().getSimpleName() + ": -Dseed=" + seed);
        Random random = new Random(seed);
        int allowed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Prefix> prefixes = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                Address any = random(random);
                prefixes.add(Prefix.of(any, any.bits() == 32 ? random.nextInt(33) : 1 + random.nextInt(128)));
            }
            String list = prefixes.stream().map(Prefix::text).collect(Collectors.joining(","));
            Address source = near(prefixes.get(random.nextInt(prefixes.size())), random);
            boolean expected = prefixes.stream().anyMatch(prefix -> prefix.holds(source));

            Decision decision =
                    TestPolicy.of(list).decide(TestEvent.from(source.text()).read());

            assertThat(decision.reason())
                    .as("%s in %s: %s", source.text(), list, decision.detail())
                    .isEqualTo(expected ? Reason.LISTED : Reason.NOT_LISTED);
            allowed += expected ? 1 : 0;
        }
        assertThat(allowed).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
    }
}
