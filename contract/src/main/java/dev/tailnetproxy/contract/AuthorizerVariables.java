package dev.tailnetproxy.contract;

import dev.tailnetproxy.contract.Variable.Text;
import java.util.List;

/** The environment variables of the webhook authorizer. */
public final class AuthorizerVariables {

    public static final Text SOURCE_CIDR = new Text(
            "AUTHD_SOURCE_CIDR",
            "",
            "IPv4 and IPv6 prefixes or addresses, separated by commas",
            "sources whose requests are allowed; empty or invalid: none");

    private static final List<Variable> FOR_OPERATORS = List.of(SOURCE_CIDR);

    private AuthorizerVariables() {}

    /** The variables that an operator may set, in the order of the documentation. */
    public static List<Variable> forOperators() {
        return FOR_OPERATORS;
    }
}
