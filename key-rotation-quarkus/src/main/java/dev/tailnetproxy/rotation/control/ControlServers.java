package dev.tailnetproxy.rotation.control;

/** Logs in to the control server of the settings. */
@FunctionalInterface
public interface ControlServers {

    /** Calls nothing yet. */
    ControlServer connect(KeyOwner owner, ApiCredentials credentials);
}
