package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.Targets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.amazon.awscdk.services.iam.IPrincipal;

/**
 * The targets that one principal may reach, an entry of {@code callerTargets}.
 *
 * @param who the principal: a role, a user or an account
 * @param targets the targets that it may reach
 */
record CallerEntry(IPrincipal who, Targets targets) {

    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern ARN = Pattern.compile("arn:[^:]+:(?:iam|sts)::[0-9]{12}:[!-~]+");

    /**
     * Reads {@code PRINCIPAL=TARGET,TARGET;PRINCIPAL=TARGET}, with blanks wherever they help.
     *
     * @throws IllegalArgumentException with a sentence that quotes the mistake
     */
    static List<CallerEntry> parseAll(String text) {
        List<CallerEntry> entries = parts(text, ";").map(CallerEntry::parse).toList();
        if (entries.isEmpty()) {
            throw refused(text);
        }
        return entries;
    }

    private static CallerEntry parse(String entry) {
        // Names of roles and users may hold one, targets may not.
        int equals = entry.lastIndexOf('=');
        if (equals < 0) {
            throw refused(entry);
        }
        String who = entry.substring(0, equals).strip();
        String[] targets = parts(entry.substring(equals + 1), ",").toArray(String[]::new);
        boolean isAccount = ACCOUNT.matcher(who).matches();
        if (targets.length == 0 || !(isAccount || ARN.matcher(who).matches())) {
            throw refused(entry);
        }
        return new CallerEntry(isAccount ? new AccountPrincipal(who) : new ArnPrincipal(who), Targets.of(targets));
    }

    private static Stream<String> parts(String text, String separator) {
        return Arrays.stream(text.split(separator, -1)).map(String::strip).filter(part -> !part.isEmpty());
    }

    private static IllegalArgumentException refused(String entry) {
        return new IllegalArgumentException(ContextName.CALLER_TARGETS.key() + " has \"" + entry
                + "\": give PRINCIPAL=TARGET,TARGET;PRINCIPAL=TARGET, where a principal is the ARN of a role or a user or the "
                + "number of an account");
    }
}
