package dev.tailnetproxy.function.address;

import dev.tailnetproxy.contract.TargetGrammar;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The host part of a target: an address or a name. */
public sealed interface TargetHost {

    /** The address; empty for a name. */
    default Optional<IpAddress> address() {
        return fold(Optional::of, name -> Optional.empty());
    }

    /** What one of the two gives, by what this host is. */
    <T> T fold(Function<IpAddress, T> onAddress, Function<Name, T> onName);

    /** An address. */
    record Address(IpAddress ip) implements TargetHost {

        @Override
        public <T> T fold(Function<IpAddress, T> onAddress, Function<Name, T> onName) {
            return onAddress.apply(ip);
        }

        @Override
        public String toString() {
            return ip.toString();
        }
    }

    /**
     * A DNS name.
     *
     * @param value lower-case labels without a dot at the end
     */
    record Name(String value) implements TargetHost {

        public Name {
            if (!TargetGrammar.isName(value)) {
                throw new IllegalArgumentException("not a DNS name in lower case");
            }
        }

        @Override
        public <T> T fold(Function<IpAddress, T> onAddress, Function<Name, T> onName) {
            return onName.apply(this);
        }

        /** The name of this text, with or without a dot at the end and in any letter case; empty when it is none. */
        public static Optional<Name> read(String text) {
            String bare = (text.endsWith(".") ? text.substring(0, text.length() - 1) : text).toLowerCase(Locale.ROOT);
            return TargetGrammar.isName(bare) ? Optional.of(new Name(bare)) : Optional.empty();
        }

        /** Whether this is a single label, which the tailnet completes with its own suffix. */
        public boolean isShort() {
            return value.indexOf('.') < 0;
        }

        /** The label before the first dot. */
        public String firstLabel() {
            return isShort() ? value : value.substring(0, value.indexOf('.'));
        }

        /** Whether this name is below the suffix (not the suffix itself). */
        public boolean isUnder(String suffix) {
            return !suffix.isEmpty() && value.endsWith("." + suffix);
        }

        @Override
        public String toString() {
            return value;
        }
    }

    /**
     * Reads a host; international names must come in their ASCII form.
     *
     * @throws IllegalArgumentException for an address in a non-standard spelling, and for what is neither an address nor
     *     a DNS name; its message goes on from the name of what held the text
     */
    static TargetHost parse(String text) {
        return AddressSpelling.of(text)
                .fold(
                        Address::new,
                        () -> {
                            throw new IllegalArgumentException("holds an address that is not in its standard spelling");
                        },
                        () -> Name.read(text)
                                .orElseThrow(
                                        () -> new IllegalArgumentException("is neither an IP address nor a DNS name")));
    }
}
