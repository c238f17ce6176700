package dev.tailnetproxy.proxy.address;

import dev.tailnetproxy.contract.TargetGrammar;
import java.util.Locale;
import java.util.Optional;

/** The host part of a target: an address or a name. */
public sealed interface TargetHost {

    /** An address. */
    record Address(IpAddress ip) implements TargetHost {
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
        AddressSpelling variant = AddressSpelling.of(text);
        if (variant instanceof AddressSpelling.Standard standard) {
            return new Address(standard.address());
        }
        if (variant instanceof AddressSpelling.NonStandard) {
            throw new IllegalArgumentException("holds an address that is not in its standard spelling");
        }
        return Name.read(text)
                .orElseThrow(() -> new IllegalArgumentException("is neither an IP address nor a DNS name"));
    }
}
