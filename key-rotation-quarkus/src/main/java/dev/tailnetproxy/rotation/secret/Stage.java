package dev.tailnetproxy.rotation.secret;

/** The staging labels of Secrets Manager that a rotation moves. */
public enum Stage {
    /** The version that everyone reads. */
    CURRENT("AWSCURRENT"),
    /** The version that a rotation makes. */
    PENDING("AWSPENDING"),
    /** The version that was current before. */
    PREVIOUS("AWSPREVIOUS");

    private final String label;

    Stage(String label) {
        this.label = label;
    }

    /** The label as Secrets Manager spells it. */
    public String label() {
        return label;
    }
}
