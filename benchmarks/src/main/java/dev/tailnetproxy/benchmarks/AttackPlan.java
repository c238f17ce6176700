package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.attack.Attack;
import dev.tailnetproxy.benchmarks.incontainer.attack.Attacks;
import java.util.List;

/**
 * Which attacks there are to be.
 *
 * @param attacks the attacks
 * @param seconds how long each takes
 */
record AttackPlan(List<Attack> attacks, int seconds) {

    private static final int SECONDS = 60;
    private static final int MAX_SECONDS = 600;

    /** All of them, as long as the page wants. */
    static final AttackPlan ALL_ATTACKS = new AttackPlan(Attacks.ALL, SECONDS);

    AttackPlan {
        attacks = List.copyOf(attacks);
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new IllegalArgumentException("an attack takes 1 to " + MAX_SECONDS + " seconds, not " + seconds);
        }
    }

    /**
     * As the command line names them.
     *
     * @param names names of attacks; all of them when there are none
     * @param seconds as it is written there
     * @throws IllegalArgumentException with a sentence for anything else
     */
    static AttackPlan of(List<String> names, String seconds) {
        if (!seconds.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("\"" + seconds + "\" is no number of seconds");
        }
        return new AttackPlan(
                names.isEmpty()
                        ? Attacks.ALL
                        : names.stream().map(Attacks::named).toList(),
                Integer.parseInt(seconds));
    }

    /** Whether its results are the page. */
    boolean isComplete() {
        return equals(ALL_ATTACKS);
    }
}
