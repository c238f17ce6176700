package dev.tailnetproxy.proxy.policy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which principals of AWS an entry names: an account by its number, or a role, a user, a root user or a session by its
 * ARN, with a {@code *} at its end for all that begin so.
 *
 * <p>A role stands for its sessions, by account and name: the ARN of a session
 * ({@code arn:aws:sts::123456789012:assumed-role/NAME/SESSION}) does not hold the role's path. No two roles of an account
 * have the same name, so nothing is lost, but all roles of a path cannot be named.
 *
 * @param partition such as {@code aws}; empty for any
 * @param account twelve digits
 * @param resource what stands behind the account, without the {@code *}; empty for the whole account
 * @param prefix whether there was a {@code *}
 */
public record PrincipalPattern(Optional<String> partition, String account, String resource, boolean prefix) {

    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern ARN = Pattern.compile("arn:(aws[a-z-]*):(iam|sts)::([0-9]{12}):([!-~]+)");

    /** Names hold no other characters, paths may. */
    private static final String NAME = "[A-Za-z0-9+=,.@_-]+";

    private static final String PATH = "(?:[!-~&&[^*?]]+/)?";
    private static final Pattern IAM_RESOURCE =
            Pattern.compile("root|(?:role|user)/" + PATH + "(?:" + NAME + "|" + NAME + "\\*|\\*)");
    private static final Pattern STS_RESOURCE =
            Pattern.compile("(?:assumed-role/" + NAME + "/|federated-user/)(?:" + NAME + "|" + NAME + "\\*|\\*)");
    private static final String ROLE = "role/";
    private static final String SESSION = "assumed-role/";

    public PrincipalPattern {
        if (!ACCOUNT.matcher(account).matches()) {
            throw new IllegalArgumentException("not the number of an account: " + account);
        }
        if (partition.filter(String::isBlank).isPresent() || (resource.isBlank() && !prefix)) {
            throw new IllegalArgumentException("a part of the principal is blank");
        }
    }

    /**
     * Reads a principal.
     *
     * @throws IllegalArgumentException with a sentence that quotes it
     */
    static PrincipalPattern parse(String text) {
        if (ACCOUNT.matcher(text).matches()) {
            return new PrincipalPattern(Optional.empty(), text, "", true);
        }
        Matcher parts = ARN.matcher(text);
        if (!parts.matches()
                || !(parts.group(2).equals("iam") ? IAM_RESOURCE : STS_RESOURCE)
                        .matcher(parts.group(4))
                        .matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is neither the number of an account nor the ARN of a role, a user, a root user or a session, with or "
                    + "without a * at its end");
        }
        String resource = parts.group(4);
        boolean prefix = resource.endsWith("*");
        String named = prefix ? resource.substring(0, resource.length() - 1) : resource;
        if (named.startsWith(ROLE)) {
            named = role(text, named, prefix);
        }
        return new PrincipalPattern(Optional.of(parts.group(1)), parts.group(3), named, prefix);
    }

    /** Without its path, as sessions name it. */
    private static String role(String text, String resource, boolean prefix) {
        int slash = resource.lastIndexOf('/');
        if (prefix && slash >= ROLE.length()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" means roles by their path, which the ARN of a role's session does not hold: list the roles, or give "
                    + "them names that begin alike");
        }
        return ROLE + resource.substring(slash + 1);
    }

    /** Whether the principal with this ARN is meant. */
    boolean matches(String arn) {
        Matcher parts = ARN.matcher(arn);
        if (!parts.matches()
                || !parts.group(3).equals(account)
                || partition.filter(own -> !own.equals(parts.group(1))).isPresent()) {
            return false;
        }
        String actual = parts.group(4);
        return matchesResource(actual) || (actual.startsWith(SESSION) && matchesResource(roleOf(actual)));
    }

    private boolean matchesResource(String actual) {
        return prefix ? actual.startsWith(resource) : actual.equals(resource);
    }

    private static String roleOf(String session) {
        String nameAndSession = session.substring(SESSION.length());
        int slash = nameAndSession.indexOf('/');
        return ROLE + (slash < 0 ? nameAndSession : nameAndSession.substring(0, slash));
    }
}
