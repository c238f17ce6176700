package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.ProxyVariables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IGroup;
import software.amazon.awscdk.services.lambda.Function;

/** The targets granted to each principal: the variable {@code TS_PROXY_CALLER_TARGETS}, which grows with each grant. */
final class CallerGrants {

    private static final String VARIABLE = ProxyVariables.CALLER_TARGETS.name();
    private static final Pattern ACCOUNT = Pattern.compile("arn:[^:]*:iam::([^:]+):root");
    private static final Pattern ONE_PRINCIPAL =
            Pattern.compile("arn:[^:]+:(?:iam|sts)::[^:]+:(?:role|user|assumed-role|federated-user)/[^*?]+");

    private final Function function;
    private final Map<String, String> variables;
    private final List<String> entries = new ArrayList<>();
    private Optional<String> grantedWithoutTargets = Optional.empty();

    /** @param variables those that the function has by itself */
    CallerGrants(Function function, Map<String, String> variables) {
        this.function = function;
        this.variables = new TreeMap<>(variables);
    }

    /** A grant that says nothing of targets. Beside others it would be one of nothing, which nobody means. */
    void addWithoutTargets(IGrantable grantee) {
        String who = grantee.getGrantPrincipal().toString();
        grantedWithoutTargets = grantedWithoutTargets.or(() -> Optional.of(who));
        check();
    }

    void add(IGrantable grantee, Targets targets) {
        for (String principal : principals(grantee)) {
            String entry = principal + "=" + targets;
            if (!entries.contains(entry)) {
                entries.add(entry);
            }
        }
        check();
        String value = String.join(";", entries);
        variables.put(VARIABLE, value);
        EnvironmentVariables.checkSize(
                variables,
                "grant a role or an account that several clients share, name targets by prefixes or *.suffix, or put "
                        + "some of the clients behind a second proxy");
        function.addEnvironment(VARIABLE, value);
    }

    private void check() {
        Validate.isTrue(
                grantedWithoutTargets.isEmpty() || entries.isEmpty(),
                "some clients were granted targets with grantInvokeUrl and another was granted the URL without: it could "
                        + "reach nothing. Give that grant its Targets too, or Targets.all()");
    }

    /** As the proxy reads them: an account's number, or an ARN, which may be known at deployment only. */
    private static List<String> principals(IGrantable grantee) {
        if (grantee.getGrantPrincipal() instanceof AccountPrincipal account) {
            return List.of(account.getAccountId().toString());
        }
        // The policy fragment of a principal has its type and ARN.
        Map<String, ?> json = grantee.getGrantPrincipal().getPolicyFragment().getPrincipalJson();
        if (json.size() == 1 && json.get("AWS") instanceof List<?> arns && !(grantee instanceof IGroup)) {
            return arns.stream().map(arn -> principal(arn.toString())).toList();
        }
        throw new IllegalArgumentException(
                "targets are granted to a role, a user or an account, and " + json.keySet() + " is none");
    }

    private static String principal(String arn) {
        Matcher account = ACCOUNT.matcher(arn);
        if (account.matches()) {
            return account.group(1);
        }
        Validate.isTrue(
                ONE_PRINCIPAL.matcher(arn).matches() || (Token.isUnresolved(arn) && !arn.startsWith("arn:")),
                "\"" + arn + "\" is neither a role, a user nor an account, to which targets can be granted");
        return arn;
    }
}
