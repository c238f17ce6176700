package dev.tailnetproxy.function.environment;

/**
 * A variable that the function can't start with.
 *
 * @param variable the name of the environment variable
 * @param problem what is wrong, to be read behind the name
 */
public record InvalidSetting(String variable, String problem) {

    /** The sentence for the operator. */
    public String sentence() {
        return "The environment variable " + variable + " " + problem + ".";
    }
}
