package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.EmbeddedIpv4;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.Optional;

/** The hosts of a {@link TargetRule}. Its text is what an operator writes. */
public sealed interface HostPattern {

    /** Whether the address is one of these hosts. */
    boolean matches(IpAddress address);

    /** Whether the name is one of these hosts. */
    boolean matches(TargetHost.Name name);

    /** The name, where the pattern is a single one. */
    Optional<TargetHost.Name> exactName();

    /** Whether the pattern stands for names that it does not list. */
    boolean isWildcard();

    /** Whether the pattern is this address and no other. */
    boolean isSingle(IpAddress address);

    /** The pattern with IPv4 addresses in place of the IPv6 forms that mean an IPv4 address everywhere. */
    HostPattern withoutEmbeddedIpv4();

    /** Every address of a prefix. */
    record Addresses(Cidr cidr) implements HostPattern {

        @Override
        public boolean matches(IpAddress address) {
            return cidr.contains(address);
        }

        @Override
        public boolean matches(TargetHost.Name name) {
            return false;
        }

        @Override
        public Optional<TargetHost.Name> exactName() {
            return Optional.empty();
        }

        @Override
        public boolean isWildcard() {
            return false;
        }

        @Override
        public boolean isSingle(IpAddress address) {
            return cidr.equals(Cidr.of(address));
        }

        @Override
        public HostPattern withoutEmbeddedIpv4() {
            return new Addresses(EmbeddedIpv4.toIpv4Prefix(cidr));
        }

        @Override
        public String toString() {
            return cidr.toString();
        }
    }

    /** One name. */
    record ExactName(TargetHost.Name name) implements HostPattern {

        @Override
        public boolean matches(IpAddress address) {
            return false;
        }

        @Override
        public boolean matches(TargetHost.Name other) {
            return name.equals(other);
        }

        @Override
        public Optional<TargetHost.Name> exactName() {
            return Optional.of(name);
        }

        @Override
        public boolean isWildcard() {
            return false;
        }

        @Override
        public boolean isSingle(IpAddress address) {
            return false;
        }

        @Override
        public HostPattern withoutEmbeddedIpv4() {
            return this;
        }

        @Override
        public String toString() {
            return name.value();
        }
    }

    /** Every name below a suffix, which is not one of them. */
    record NamesUnder(TargetHost.Name suffix) implements HostPattern {

        @Override
        public boolean matches(IpAddress address) {
            return false;
        }

        @Override
        public boolean matches(TargetHost.Name name) {
            return name.isUnder(suffix.value());
        }

        @Override
        public Optional<TargetHost.Name> exactName() {
            return Optional.empty();
        }

        @Override
        public boolean isWildcard() {
            return true;
        }

        @Override
        public boolean isSingle(IpAddress address) {
            return false;
        }

        @Override
        public HostPattern withoutEmbeddedIpv4() {
            return this;
        }

        @Override
        public String toString() {
            return "*." + suffix;
        }
    }
}
