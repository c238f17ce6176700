package dev.tailnetproxy.proxy.config;

/** A setting that the proxy can't start with. */
public final class InvalidSetting extends RuntimeException {

    private final String variable;

    /** @param sentence what is wrong, to be read behind the variable's name */
    public InvalidSetting(String variable, String sentence) {
        super("The environment variable " + variable + " " + sentence + ".");
        this.variable = variable;
    }

    /** Name of the environment variable. */
    public String variable() {
        return variable;
    }
}
