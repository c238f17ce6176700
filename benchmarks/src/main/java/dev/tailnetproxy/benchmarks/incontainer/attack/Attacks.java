package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.util.List;

/** The attacks, in the order of the page. */
public final class Attacks {

    /** All of them. */
    public static final List<Attack> ALL = List.of(
            new PipelinedScrapes(),
            new UnreadMetrics(),
            new UnreadResponses(),
            new LeavingClients(),
            new SlowReaders(),
            new SlowWriters(),
            new ManyHosts(),
            new Http10Clients(),
            new WaitingClients());

    private Attacks() {}

    /** Their names. */
    public static List<String> names() {
        return ALL.stream().map(Attack::name).toList();
    }

    /**
     * One of them.
     *
     * @param name its name
     * @throws IllegalArgumentException with a sentence when there is none
     */
    public static Attack named(String name) {
        return ALL.stream()
                .filter(attack -> attack.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + name + "\" is no attack: give " + String.join(", ", names())));
    }
}
