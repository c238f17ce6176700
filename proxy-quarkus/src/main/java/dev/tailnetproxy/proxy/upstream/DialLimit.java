package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.limits.Shares;
import java.time.Duration;

/**
 * How many dials there are at once.
 *
 * @param most to all targets together
 * @param counted how long a dial counts at most, although it may take longer
 */
public record DialLimit(int most, Duration counted) {

    /**
     * Many times what tailscaled takes for a dial that the target accepts, and little for a request that waits for its turn.
     * Even when every dial hangs, 128 begin each second with a limit of 32.
     */
    private static final Duration COUNTED = Duration.ofMillis(250);

    public DialLimit {
        if (most < 1) {
            throw new IllegalArgumentException("the limit of dials is not positive");
        }
        if (counted.toMillis() < 1) {
            throw new IllegalArgumentException("a dial counts for less than a millisecond");
        }
    }

    /** The limit of a proxy. */
    public static DialLimit of(int most) {
        return new DialLimit(most, COUNTED);
    }

    /** How many of them may be to one target. */
    int perTarget() {
        return Shares.of(most);
    }
}
