package dev.tailnetproxy.proxy.delivery;

import java.util.Objects;
import java.util.Optional;

/**
 * Why a message is delivered no more.
 *
 * @param cause a word for operators
 * @param status the target's last status; empty when there was none
 * @param error the name of the proxy's last error; empty when the target responded
 */
public record DeadLetter(Cause cause, Optional<Integer> status, Optional<String> error) {

    /** The kinds of dead letters. */
    public enum Cause {
        /** The message is no request. */
        MALFORMED("malformed"),
        /** The target responded with a status that it would give each time. */
        REFUSED("refused"),
        /** The delivery has failed for as long as was wanted. */
        GIVEN_UP("given-up");

        private final String word;

        Cause(String word) {
            this.word = word;
        }

        /** The word in the message's attribute. */
        public String word() {
            return word;
        }
    }

    public DeadLetter {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(error, "error");
    }
}
