package dev.tailnetproxy.rotation.step;

import dev.tailnetproxy.rotation.secret.RotationException;

/** What Secrets Manager, or the schedule of the removal, asks for. Each may be repeated. */
public sealed interface RotationStep {

    /** The word for it in the event and in the log. */
    String name();

    /** The secret that it is about. */
    String secretId();

    /** Does it. */
    void run(Rotation rotation);

    /**
     * The step of an event of Secrets Manager.
     *
     * @throws RotationException for a word that Secrets Manager does not use
     */
    static RotationStep of(String word, RotationRequest request) {
        return switch (word) {
            case CreateSecret.NAME -> new CreateSecret(request);
            case SetSecret.NAME -> new SetSecret(request);
            case TestSecret.NAME -> new TestSecret(request);
            case FinishSecret.NAME -> new FinishSecret(request);
            default -> throw new RotationException("The event has an unknown step.");
        };
    }

    /** A step of Secrets Manager, which names a version of the secret. */
    sealed interface OfSecretsManager extends RotationStep {

        RotationRequest request();

        @Override
        default String secretId() {
            return request().secretId();
        }
    }

    /** Makes the new key and stores it as AWSPENDING. */
    record CreateSecret(RotationRequest request) implements OfSecretsManager {
        static final String NAME = "createSecret";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void run(Rotation rotation) {
            rotation.createSecret(request);
        }
    }

    /** Has nothing to do: the control server knows the key since it made it. */
    record SetSecret(RotationRequest request) implements OfSecretsManager {
        static final String NAME = "setSecret";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void run(Rotation rotation) {
            rotation.setSecret(request);
        }
    }

    /** Asks whether the pending key works. */
    record TestSecret(RotationRequest request) implements OfSecretsManager {
        static final String NAME = "testSecret";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void run(Rotation rotation) {
            rotation.testSecret(request);
        }
    }

    /** Makes the pending key the current one, and removes keys that nothing refers to. */
    record FinishSecret(RotationRequest request) implements OfSecretsManager {
        static final String NAME = "finishSecret";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void run(Rotation rotation) {
            rotation.finishSecret(request);
        }
    }

    /** Revokes the old key once the overlap is over. Not a step of Secrets Manager: a schedule asks for it. */
    record RemoveOldKeys(String secretId) implements RotationStep {
        /** The word in the event of the schedule. */
        public static final String NAME = "removeOldKeys";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void run(Rotation rotation) {
            rotation.removeOldKeys(secretId);
        }
    }
}
