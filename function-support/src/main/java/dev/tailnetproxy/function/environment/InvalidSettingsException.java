package dev.tailnetproxy.function.environment;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that the function can't start with, all of them. */
public final class InvalidSettingsException extends RuntimeException {

    private final transient List<InvalidSetting> settings;

    /** @param settings at least one */
    public InvalidSettingsException(List<InvalidSetting> settings) {
        super(settings.stream().map(InvalidSetting::sentence).collect(Collectors.joining(" ")));
        this.settings = List.copyOf(settings);
    }

    /** What is wrong, in the order in which the variables are read. */
    public List<InvalidSetting> settings() {
        return settings;
    }
}
