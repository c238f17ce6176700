package dev.tailnetproxy.proxy.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who sent a request, as those say who have checked it: never as a header field says. */
public sealed interface Caller {

    /** The ARN of a principal of AWS; empty for anybody else. */
    default Optional<String> principalArn() {
        return Optional.empty();
    }

    /** The IP address of the connection's peer; empty where there is no connection. */
    default Optional<String> peerAddress() {
        return Optional.empty();
    }

    /**
     * A principal of AWS, whose signature the Function URL or the API has checked.
     *
     * @param arn its ARN, such as {@code arn:aws:sts::123456789012:assumed-role/orders/session}
     * @param accountId the account that stands in the ARN
     */
    record Principal(String arn, String accountId) implements Caller {

        private static final int MAX_LENGTH = 1024;
        private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12}):[!-~]+");

        public Principal {
            Optional<String> account = accountOf(arn);
            if (account.isEmpty() || !account.get().equals(accountId)) {
                throw new IllegalArgumentException("not the ARN of a principal of that account");
            }
        }

        private static Optional<String> accountOf(String arn) {
            Matcher parts = ARN.matcher(arn);
            return arn.length() <= MAX_LENGTH && parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
        }

        @Override
        public Optional<String> principalArn() {
            return Optional.of(arn);
        }

        @Override
        public String toString() {
            return arn;
        }
    }

    /**
     * Whoever has opened the connection to the HTTP port.
     *
     * @param address its IP address
     */
    record Peer(String address) implements Caller {
        @Override
        public Optional<String> peerAddress() {
            return Optional.of(address);
        }

        @Override
        public String toString() {
            return address;
        }
    }

    /** Nobody has said who it is. */
    enum Unknown implements Caller {
        INSTANCE;

        @Override
        public String toString() {
            return "-";
        }
    }

    /**
     * The principal with this ARN.
     *
     * @param arn what the event says; not the ARN of a principal when it is no such event
     * @param accountId what the event says beside it; empty when it says nothing
     * @return the principal, or unknown when that is no principal or the two contradict each other
     */
    static Caller principal(String arn, String accountId) {
        return Principal.accountOf(arn)
                .filter(account -> accountId.isEmpty() || account.equals(accountId))
                .<Caller>map(account -> new Principal(arn, account))
                .orElse(Unknown.INSTANCE);
    }
}
