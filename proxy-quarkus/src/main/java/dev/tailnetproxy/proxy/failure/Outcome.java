package dev.tailnetproxy.proxy.failure;

import dev.tailnetproxy.contract.ErrorName;
import java.util.Objects;
import java.util.Optional;

/** How a request has ended, as log and metrics record it. */
public sealed interface Outcome {

    /** The name for logs and metrics; empty when nothing went wrong. */
    default Optional<String> errorLabel() {
        return Optional.empty();
    }

    /** Why, in a sentence for the log; empty when there is nothing to say. */
    default Optional<String> reason() {
        return Optional.empty();
    }

    /** The target's response went to the client. */
    enum Forwarded implements Outcome {
        INSTANCE
    }

    /**
     * The target has switched to a protocol that the client offered, and the bytes of that are over.
     *
     * @param ending what has ended them, as a sentence
     */
    record Switched(String ending) implements Outcome {

        public Switched {
            Objects.requireNonNull(ending, "ending");
        }

        @Override
        public Optional<String> reason() {
            return Optional.of(ending);
        }
    }

    /**
     * The request is kept, and will be delivered.
     *
     * @param id by what it is found again
     */
    record Queued(String id) implements Outcome {

        public Queued {
            Objects.requireNonNull(id, "id");
        }

        @Override
        public Optional<String> reason() {
            return Optional.of("queued as message " + id);
        }
    }

    /**
     * The request was for the proxy itself.
     *
     * @param remark what is wrong with the node, although the request succeeded
     */
    record Handled(Optional<String> remark) implements Outcome {

        @Override
        public Optional<String> reason() {
            return remark;
        }
    }

    /**
     * The proxy did not accept the request.
     *
     * @param error why, as a name
     * @param message why, as a sentence
     */
    record Refused(ErrorName error, String message) implements Outcome {

        public Refused {
            if (!error.isRefusal()) {
                throw new IllegalArgumentException(error + " is no refusal");
            }
            Objects.requireNonNull(message, "message");
        }

        @Override
        public Optional<String> errorLabel() {
            return Optional.of(error.wireName());
        }

        @Override
        public Optional<String> reason() {
            return Optional.of(message);
        }
    }

    /**
     * The proxy accepted the request and did not get a whole response from the target. The client may have a part of one.
     *
     * @param error why, as a name
     * @param message why, as a sentence
     */
    record Failed(ErrorName error, String message) implements Outcome {

        public Failed {
            if (error.isRefusal()) {
                throw new IllegalArgumentException(error + " is a refusal");
            }
            Objects.requireNonNull(message, "message");
        }

        @Override
        public Optional<String> errorLabel() {
            return Optional.of(error.wireName());
        }

        @Override
        public Optional<String> reason() {
            return Optional.of(message);
        }
    }

    /** The client closed its connection before the response was complete. */
    enum ClientGone implements Outcome {
        INSTANCE;

        @Override
        public Optional<String> errorLabel() {
            // Operators have alarms on this value.
            return Optional.of("CallerGone");
        }

        @Override
        public Optional<String> reason() {
            return Optional.of("the client's connection ended before the response was whole");
        }
    }

    /** The outcome of a request that ended with this error. */
    static Outcome of(ErrorName error, String message) {
        return error.isRefusal() ? new Refused(error, message) : new Failed(error, message);
    }
}
