package dev.tailnetproxy.proxy.config;

/** A setting that the proxy can't start with. */
public final class InvalidSettingException extends RuntimeException {

    private final String variable;

    /** @param problem what is wrong, to be read behind the variable's name */
    public InvalidSettingException(String variable, String problem) {
        super("The environment variable " + variable + " " + problem + ".");
        this.variable = variable;
    }

    /** Name of the environment variable. */
    public String variable() {
        return variable;
    }
}
