package dev.tailnetproxy.authorizer;

import dev.tailnetproxy.contract.AuthorizerVariables;
import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.environment.Environment;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sources that may send.
 *
 * @param prefixes at least one
 */
record SourceList(List<Cidr> prefixes) {

    SourceList {
        prefixes = List.copyOf(prefixes);
        if (prefixes.isEmpty()) {
            throw new IllegalArgumentException("no prefix");
        }
    }

    /**
     * The list of {@code AUTHD_SOURCE_CIDR}.
     *
     * @throws InvalidSettingsException when it is not set, or when one of its entries is wrong: the others alone may not be
     *     what the operator meant
     */
    static SourceList of(Environment environment) {
        EnvironmentReader reader = new EnvironmentReader(environment);
        Optional<String> value = reader.value(AuthorizerVariables.SOURCE_CIDR);
        if (value.isEmpty()) {
            reader.reject(AuthorizerVariables.SOURCE_CIDR, "is not set");
        }
        List<Cidr> prefixes = new ArrayList<>();
        value.ifPresent(text -> readEntries(text, prefixes, reader));
        reader.throwIfInvalid();
        return new SourceList(prefixes);
    }

    private static void readEntries(String text, List<Cidr> prefixes, EnvironmentReader reader) {
        for (String entry : text.split(",", -1)) {
            readEntry(entry.strip(), prefixes, reader);
        }
    }

    private static void readEntry(String entry, List<Cidr> prefixes, EnvironmentReader reader) {
        Optional<Cidr> prefix = Spelling.isBare(entry) ? Cidr.parse(entry) : Optional.empty();
        if (prefix.isEmpty()) {
            reject(entry, "which is neither an address nor a prefix in standard notation", reader);
        } else if (!prefix.get().startsAtItsAddress()) {
            // It may be meant as this one address, or as its whole network.
            reject(entry, "which has bits behind its prefix length: write the network's first address", reader);
        } else {
            prefixes.add(prefix.get());
        }
    }

    private static void reject(String entry, String problem, EnvironmentReader reader) {
        reader.reject(AuthorizerVariables.SOURCE_CIDR, "holds \"" + Spelling.printable(entry) + "\", " + problem);
    }

    /** The first prefix that holds the address. */
    Optional<Cidr> match(IpAddress source) {
        return prefixes.stream().filter(prefix -> prefix.contains(source)).findFirst();
    }

    /** The prefixes that hold every address of a family. */
    List<Cidr> wholeFamilies() {
        return prefixes.stream().filter(Cidr::isDefaultRoute).toList();
    }
}
