package dev.tailnetproxy.proxy.webhook;

/** Where the text of the secrets is. */
@FunctionalInterface
public interface SecretSource {

    /**
     * Reads the text. It is asked rarely and may wait for a network.
     *
     * @throws UnreadableSecretException when there is none
     */
    String read();
}
