package dev.tailnetproxy.proxy.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.failure.ErrorName;
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
        assertEquals(
                new LimitSettings(requests, bytes, connections, waiting),
                LimitSettings.forHeap(megabytes * 1024 * 1024));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1", "1, 0, 1, 1", "1, 1, 0, 1", "1, 1, 1, 0", "-1, 1, 1, 1"})
    void limitsAreAtLeastOne(int requests, long bytes, int connections, int waiting) {
        assertThrows(IllegalArgumentException.class, () -> new LimitSettings(requests, bytes, connections, waiting));
    }

    @Test
    void acquireFailsAboveLimit() {
        Limit limit = new Limit("x", "things", "TS_X", 10);

        assertTrue(limit.tryAcquire(10));
        assertFalse(limit.tryAcquire(1));
        assertFalse(limit.tryAcquire(Long.MAX_VALUE));
        limit.release(4);
        assertFalse(limit.tryAcquire(5));
        assertTrue(limit.tryAcquire(4));
        assertEquals(10, limit.used());
    }

    @Test
    void reservationReleasesOnce() {
        Limit limit = new Limit("x", "bytes", "TS_X", 10);
        Reservation memory = new Reservation(limit);
        memory.add(3);
        memory.add(4);
        ProxyFailure refused = assertThrows(ProxyFailure.class, () -> memory.add(4));
        assertEquals(ErrorName.OVERLOADED, refused.name());
        assertEquals("the limit of 10 bytes is reached (TS_X)", refused.reason());
        assertEquals(7, limit.used());

        memory.close();
        memory.close();

        assertEquals(0, limit.used());
        assertThrows(ProxyFailure.class, () -> memory.add(1));
        assertEquals(0, limit.used());
        assertEquals(1, limit.refusals());
    }
}
