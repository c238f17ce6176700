package dev.tailnetproxy.rotation.step;

import dev.tailnetproxy.rotation.control.KeyWish;
import dev.tailnetproxy.rotation.secret.RotationException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a rotation is to achieve.
 *
 * @param wish what a new key is to be
 * @param overlap how long the old key stays valid beside the new one
 */
public record RotationRules(KeyWish wish, Duration overlap) {

    /** A key that expires before the next rotation would leave a secret without a valid key. */
    void requireLifetimeBeyond(OptionalLong periodDays) {
        if (periodDays.isPresent()
                && wish.lifetime().isPresent()
                && wish.lifetime().get().compareTo(Duration.ofDays(periodDays.getAsLong())) <= 0) {
            throw new RotationException("Keys of " + wish.lifetime().get().toDays()
                    + " days expire before the next rotation, which is due after " + periodDays.getAsLong()
                    + " days; raise TS_ROTATION_KEY_DAYS or rotate more often.");
        }
    }
}
