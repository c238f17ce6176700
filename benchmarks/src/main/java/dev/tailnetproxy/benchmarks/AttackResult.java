package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.attack.Attack;
import dev.tailnetproxy.benchmarks.incontainer.attack.RequestStatistics;
import java.util.Optional;

/**
 * The effect of an attack on the proxy.
 *
 * @param attack the attack
 * @param build the kind of the proxy's build
 * @param before an honest client's results before the attack
 * @param honest an honest client's results from another target
 * @param straight another client's results past the proxy, through the SOCKS5 port
 * @param liveness the liveness probe's results
 * @param idle the memory of the proxy's process before the attack
 * @param after its memory 30 s after the attack; nothing when it had ended
 * @param end how it ended, empty when it lived
 * @param connections the most connections that it had to targets, the honest client's included
 * @param attacker the attackers' counters
 */
record AttackResult(
        Attack attack,
        FunctionBuild.Kind build,
        RequestStatistics before,
        RequestStatistics honest,
        RequestStatistics straight,
        RequestStatistics liveness,
        ProcessMemory idle,
        Optional<ProcessMemory> after,
        String end,
        long connections,
        String attacker) {

    /** How much more than before the attack the process may have. */
    static final double MAX_GROWTH = 1.1;

    boolean survived() {
        return end.isEmpty();
    }

    boolean memoryRecovered() {
        return after.filter(memory -> memory.residentKilobytes() <= MAX_GROWTH * idle.residentKilobytes())
                .isPresent();
    }

    boolean met() {
        return honest.complete() && liveness.complete() && memoryRecovered() && survived();
    }
}
