package dev.tailnetproxy.contract;

/** The fields of a request's log line that alarms are made of. */
public final class LogFields {

    /** The {@linkplain ErrorName#wireName() name} of the error; absent when there was none. */
    public static final String ERROR = "error";

    private LogFields() {}
}
