package dev.tailnetproxy.localstack.functionurl;

import java.util.Objects;

/** The long-term credentials that calls to the local Function URL are signed with. They exist on this machine only. */
public record AccessKey(String id, String secret) {

    /** That of the local stack's only caller. */
    public static final AccessKey LOCAL = new AccessKey("AKIALOCALCALLER", "local-caller-secret");

    /** Checks that both parts are there. */
    public AccessKey {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(secret, "secret");
    }

    /** The secret stays out of logs. */
    @Override
    public String toString() {
        return "AccessKey[id=" + id + "]";
    }
}
