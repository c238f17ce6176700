package dev.tailnetproxy.localstack.tailnet;

import java.util.ArrayList;
import java.util.List;

/** The names that a cluster's name server knows. */
public final class ClusterDnsRecords {

    private final List<String> hosts = new ArrayList<>();
    private final List<String> aliases = new ArrayList<>();

    /** Adds a name with its addresses, of both families as they come. */
    public ClusterDnsRecords address(String name, String... addresses) {
        for (String address : addresses) {
            hosts.add(address + " " + name);
        }
        return this;
    }

    /** Adds a name that stands for another one, which is an alias itself or has addresses. */
    public ClusterDnsRecords cname(String cname, String name) {
        aliases.add("cname=" + cname + "," + name);
        return this;
    }

    /** The addresses, as a hosts file. */
    String hostsFile() {
        return lines(hosts);
    }

    /** The aliases, in dnsmasq's configuration. */
    String aliasesFile() {
        return lines(aliases);
    }

    private static String lines(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }
}
