package dev.tailnetproxy.authorizer;

import dev.tailnetproxy.contract.AuthorizerVariables;
import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.environment.Environment;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import java.util.Optional;

/** Decides about a request by its source address. */
interface SourcePolicy {

    Decision decide(AuthorizerEvent event);

    /** The policy of the environment; without a valid list nothing is allowed. */
    static SourcePolicy of(Environment environment) {
        try {
            return new Listed(SourceList.of(environment));
        } catch (InvalidSettingsException invalid) {
            return new DenyAll(invalid.settings().get(0).sentence());
        }
    }

    /** What the operator should know at start; empty when there is nothing. */
    Optional<String> warning();

    /**
     * Allows the sources of a list.
     *
     * @param list the sources
     */
    record Listed(SourceList list) implements SourcePolicy {

        @Override
        public Decision decide(AuthorizerEvent event) {
            try {
                IpAddress source = event.source();
                return list.match(source)
                        .map(prefix -> new Decision(Reason.LISTED, source + " is in " + prefix))
                        .orElseGet(() -> new Decision(
                                Reason.NOT_LISTED,
                                "No prefix of " + AuthorizerVariables.SOURCE_CIDR.name() + " holds " + source));
            } catch (UnexpectedEventException unexpected) {
                return new Decision(Reason.UNEXPECTED_EVENT, unexpected.problem());
            }
        }

        @Override
        public Optional<String> warning() {
            return list.wholeFamilies().stream()
                    .findFirst()
                    .map(Cidr::toString)
                    .map(prefix -> AuthorizerVariables.SOURCE_CIDR.name() + " holds " + prefix
                            + ": requests are allowed from everywhere.");
        }
    }

    /**
     * Allows nothing.
     *
     * @param problem why, a sentence
     */
    record DenyAll(String problem) implements SourcePolicy {

        @Override
        public Decision decide(AuthorizerEvent event) {
            return new Decision(Reason.INVALID_SETTING, problem + " Every request is denied.");
        }

        @Override
        public Optional<String> warning() {
            return Optional.of(problem + " Every request is denied.");
        }
    }
}
