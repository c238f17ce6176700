package dev.tailnetproxy.benchmarks;

/** Which nodes see each other; a node is told of those only that its policy lets it reach or be reached by. */
enum JoinPolicy {
    /** What a new tailnet has: every node reaches every other. */
    EVERYONE("none", "*", "*"),

    /** Joining nodes reach the targets and not each other. */
    ISOLATED("isolating", "tag:joining", "tag:target");

    /** The tag of the nodes that join. */
    static final String JOINING = "tag:joining";

    /** The tag of the nodes that were there before. */
    static final String TARGET = "tag:target";

    private final String word;
    private final String source;
    private final String destination;

    JoinPolicy(String word, String source, String destination) {
        this.word = word;
        this.source = source;
        this.destination = destination;
    }

    /** How the tables call it. */
    String word() {
        return word;
    }

    /** The policy file. */
    String file() {
        return """
                {
                  "tagOwners": {"%s": ["owner@"], "%s": ["owner@"]},
                  "grants": [{"src": ["%s"], "dst": ["%s"], "ip": ["*"]}]
                }
                """
                .formatted(JOINING, TARGET, source, destination);
    }
}
