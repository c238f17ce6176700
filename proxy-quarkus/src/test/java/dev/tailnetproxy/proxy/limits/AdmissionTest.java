package dev.tailnetproxy.proxy.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests get a place, and that every place is given back. */
class AdmissionTest {

    private final Limits limits = Limits.of(new LimitSettings(8, 1000, 8, 8));
    private final Admission admission = new Admission(limits);

    private List<Admission.Place> take(int count, String client, String target) {
        List<Admission.Place> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(admission.admit(client, target.replace("#", Integer.toString(i))));
        }
        return places;
    }

    private void assertIsRefused(String client, String target, String reason) {
        ProxyFailure refused = assertThatExceptionOfType(ProxyFailure.class)
                .isThrownBy(() -> admission.admit(client, target))
                .actual();
        assertThat(refused.name()).isEqualTo(ErrorName.OVERLOADED);
        assertThat(refused.reason().contains(reason)).as(refused.reason()).isTrue();
        assertThat(refused.reason().contains("TS_PROXY_MAX_REQUESTS"))
                .as(refused.reason())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 3", "8, 6", "554, 416", "20000, 15000"})
    void aShareIsThreeQuarters(long all, int share) {
        assertThat(Shares.of(all)).isEqualTo(share);
    }

    @Test
    void oneTargetGetsThreeQuarters() {
        List<Admission.Place> taken = take(6, "", "db 443");

        assertIsRefused("10.0.0.1", "db 443", "to one target");
        admission.admit("10.0.0.1", "db 444");
        taken.get(0).release();
        admission.admit("10.0.0.2", "db 443");
    }

    @Test
    void oneClientGetsThreeQuartersWhateverTargetsItNames() {
        List<Admission.Place> taken = take(6, "10.0.0.1", "db-# 443");

        assertIsRefused("10.0.0.1", "other 443", "of one client");
        admission.admit("10.0.0.2", "other 443");
        taken.get(0).release();
        admission.admit("10.0.0.1", "other 443");
    }

    @Test
    void allTogetherGetNoMoreThanThereAre() {
        take(6, "10.0.0.1", "a-# 1");
        take(2, "10.0.0.2", "b-# 1");

        assertIsRefused("10.0.0.3", "c 1", "the limit of 8 requests under way");
        assertThat(limits.requests().used()).isEqualTo(8);
    }

    /** A function has one client, its own invocations. */
    @Test
    void whereNoClientIsKnownThereIsNoShareOfClients() {
        take(8, "", "db-# 443");

        assertIsRefused("", "other 443", "the limit of 8 requests under way");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsRefusedTakesNothing(long seed) {
        Random random = new Random(seed);
        List<Admission.Place> taken = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            if (random.nextInt(3) == 0 && !taken.isEmpty()) {
                taken.remove(random.nextInt(taken.size())).release();
            } else {
                try {
                    taken.add(admission.admit(List.of("", "a", "b").get(random.nextInt(3)), "t" + random.nextInt(2)));
                } catch (ProxyFailure refused) {
                    assertThat(refused.name()).isEqualTo(ErrorName.OVERLOADED);
                }
            }
            assertThat(limits.requests().used()).as("seed " + seed).isEqualTo(taken.size());
        }
        taken.forEach(Admission.Place::release);

        assertThat(take(6, "a", "t0")).hasSize(6);
        assertThat(take(2, "b", "t1")).hasSize(2);
    }
}
