package dev.tailnetproxy.authorizer;

import dev.tailnetproxy.contract.AuthorizerVariables;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The policy of an environment in which the list has a value. */
final class TestPolicy {

    private TestPolicy() {}

    /** @param sourceCidr null when the variable is not set */
    static SourcePolicy of(@Nullable String sourceCidr) {
        return SourcePolicy.of(name -> name.equals(AuthorizerVariables.SOURCE_CIDR.name())
                ? Optional.ofNullable(sourceCidr)
                : Optional.empty());
    }
}
