package dev.tailnetproxy.cdk;

import java.util.List;

/** The targets that a client of the proxy may reach, in the form of {@link ProxyOptions#getAllowedTargets}. */
public final class Targets {

    private final List<String> entries;

    private Targets(List<String> entries) {
        this.entries = entries;
    }

    /**
     * These targets and no others: each an address, a prefix, a name or {@code *.suffix}, with an optional {@code :port} or
     * {@code :from-to}.
     *
     * @throws IllegalArgumentException when there are none, or one that the proxy would not start with
     */
    public static Targets of(String... targets) {
        Validate.isTrue(targets.length > 0, "there are no targets: give at least one, or Targets.all()");
        List<String> entries = List.of(targets);
        entries.forEach(Validate::target);
        return new Targets(entries);
    }

    /**
     * All that the proxy may reach. Behind a SOCKS5 server that is not tailscaled ({@code localApiSocket} is {@code none})
     * that is addresses; there, list names.
     */
    public static Targets all() {
        return new Targets(List.of("0.0.0.0/0", "::/0"));
    }

    /** As the proxy reads them. */
    @Override
    public String toString() {
        return String.join(",", entries);
    }
}
