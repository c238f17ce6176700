package dev.tailnetproxy.proxy.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much fits which memory, and that what was taken is given back once. */
class LimitSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "45, 240, 8388608, 512, 120",
        "102, 544, 17825792, 816, 272",
        "1024, 5461, 178956970, 8192, 2730",
        "100000, 20000, 17476266666, 10000, 10000",
        "1, 128, 8388608, 512, 64"
    })
    void limitsFollowHeapSize(long megabytes, int requests, long bytes, int connections, int waiting) {
        assertThat(LimitSettings.forHeap(megabytes * 1024 * 1024))
                .isEqualTo(new LimitSettings(requests, bytes, connections, waiting));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1", "1, 0, 1, 1", "1, 1, 0, 1", "1, 1, 1, 0", "-1, 1, 1, 1"})
    void limitsAreAtLeastOne(int requests, long bytes, int connections, int waiting) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new LimitSettings(requests, bytes, connections, waiting));
    }

    @Test
    void acquireFailsAboveLimit() {
        Limit limit = new Limit("x", "things", "TS_X", 10);

        assertThat(limit.tryAcquire(10)).isTrue();
        assertThat(limit.tryAcquire(1)).isFalse();
        assertThat(limit.tryAcquire(Long.MAX_VALUE)).isFalse();
        limit.release(4);
        assertThat(limit.tryAcquire(5)).isFalse();
        assertThat(limit.tryAcquire(4)).isTrue();
        assertThat(limit.used()).isEqualTo(10);
    }

    @Test
    void reservationReleasesOnce() {
        Limit limit = new Limit("x", "bytes", "TS_X", 10);
        Reservation memory = new Reservation(limit);
        memory.add(3);
        memory.add(4);
        ProxyFailure refused = assertThatExceptionOfType(ProxyFailure.class)
                .isThrownBy(() -> memory.add(4))
                .actual();
        assertThat(refused.name()).isEqualTo(ErrorName.OVERLOADED);
        assertThat(refused.reason()).isEqualTo("the limit of 10 bytes is reached (TS_X)");
        assertThat(limit.used()).isEqualTo(7);

        memory.close();
        memory.close();

        assertThat(limit.used()).isZero();
        assertThatExceptionOfType(ProxyFailure.class).isThrownBy(() -> memory.add(1));
        assertThat(limit.used()).isZero();
        assertThat(limit.refusals()).isOne();
    }
}
