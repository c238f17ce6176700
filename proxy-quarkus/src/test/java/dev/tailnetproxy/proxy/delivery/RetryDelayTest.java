package dev.tailnetproxy.proxy.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.QueueVariables;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryDelayTest {

    @Test
    void delaysDiffer() {
        RetryDelay delay = new RetryDelay(new SplittableRandom(1));

        for (int i = 0; i < 1000; i++) {
            assertThat(delay.after(20))
                    .isBetween(RetryDelay.LONGEST.multipliedBy(3).dividedBy(4), RetryDelay.LONGEST);
            assertThat(delay.after(1)).isBetween(Duration.ofMillis(3750), RetryDelay.FIRST);
        }
        assertThat(delay.after(20)).isNotEqualTo(delay.after(20));
    }

    /** SQS moves a message by itself at the latest after a thousand receives, whatever its age. */
    @Test
    void givesUpBeforeSqsDoes() {
        RetryDelay shortest = new RetryDelay(() -> 0L);
        Duration passed = Duration.ZERO;
        for (int receives = 1; receives < QueueVariables.MAX_RECEIVE_COUNT; receives++) {
            passed = passed.plus(shortest.after(receives));
        }

        assertThat(passed).isGreaterThan(Duration.ofSeconds(QueueVariables.MAX_GIVE_UP_SECONDS));
    }
}
