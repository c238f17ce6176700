package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import java.util.List;

/**
 * The addresses that may send.
 *
 * @param prefixes none when every address may
 */
public record AllowedSources(List<Cidr> prefixes) {

    public AllowedSources {
        prefixes = List.copyOf(prefixes);
    }

    /**
     * Addresses and prefixes, IPv4 and IPv6, separated by commas; no text for every address.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static AllowedSources parse(String text) {
        return new AllowedSources(Entries.of(text).stream()
                .map(entry -> Cidr.parse(entry)
                        .orElseThrow(() -> Entries.invalid(entry, "an address or a prefix in its standard spelling")))
                .toList());
    }

    /** Whether some addresses are excluded. */
    public boolean isLimited() {
        return !prefixes.isEmpty();
    }

    boolean allow(IpAddress address) {
        return prefixes.isEmpty() || prefixes.stream().anyMatch(prefix -> prefix.contains(address));
    }
}
