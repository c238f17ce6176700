package dev.tailnetproxy.proxy.webhook;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Whether a request comes from the expected sender. */
public sealed interface Verdict {

    /** What one of the two gives, by what this verdict is. */
    <T> T fold(Function<Accepted, T> onAccepted, Function<Refused, T> onRefused);

    /**
     * The signature is one of the expected sender.
     *
     * @param messageId the sender's id of the message where the signature covers it; the same when the sender repeats it
     * @param bySecondSecret whether the signature was made with the second of two secrets
     */
    record Accepted(Optional<String> messageId, boolean bySecondSecret) implements Verdict {

        public Accepted {
            Objects.requireNonNull(messageId, "messageId");
        }

        @Override
        public <T> T fold(Function<Accepted, T> onAccepted, Function<Refused, T> onRefused) {
            return onAccepted.apply(this);
        }
    }

    /**
     * The request is not forwarded. The sender gets 401 and learns neither the cause nor the reason, which would help to
     * forge the next one.
     *
     * @param cause as a name
     * @param reason as a sentence for the log, without any value of the request
     */
    record Refused(RefusalCause cause, String reason) implements Verdict {

        public Refused {
            Objects.requireNonNull(cause, "cause");
            if (reason.isBlank()) {
                throw new IllegalArgumentException("a refusal needs a reason");
            }
        }

        @Override
        public <T> T fold(Function<Accepted, T> onAccepted, Function<Refused, T> onRefused) {
            return onRefused.apply(this);
        }
    }
}
