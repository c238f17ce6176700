package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import java.util.Arrays;
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
     * Addresses and prefixes, IPv4 and IPv6, separated by commas; no text for every address. An empty entry is a mistake: a
     * list of nothing else would allow every address.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static AllowedSources parse(String text) {
        if (text.isEmpty()) {
            return new AllowedSources(List.of());
        }
        return new AllowedSources(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(AllowedSources::prefix)
                .toList());
    }

    /** A prefix with bits behind its length may be meant as this one address, or as its whole network. */
    private static Cidr prefix(String entry) {
        return Cidr.parse(entry)
                .filter(Cidr::startsAtItsAddress)
                .filter(prefix -> entry.indexOf('[') < 0)
                .orElseThrow(() -> Entries.invalid(
                        entry, "an address, or a prefix that starts at its own address, in its standard spelling"));
    }

    /** Whether some addresses are excluded. */
    public boolean isLimited() {
        return !prefixes.isEmpty();
    }

    boolean allow(IpAddress address) {
        return prefixes.isEmpty() || prefixes.stream().anyMatch(prefix -> prefix.contains(address));
    }
}
