package dev.tailnetproxy.localstack.tailnet;

import com.github.dockerjava.api.model.Capability;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A private network with services and a name server of its own, as a Kubernetes cluster is one. No machine of the tailnet
 * knows a way to its addresses but the subnet router that was given one.
 */
public final class Cluster extends GenericContainer<Cluster> {

    private static final String PREFIX = "10.1.0.0/16";
    private static final String IPV6_PREFIX = "fd00:10:1::/64";

    /** Its addresses; all of them have the target service's ports. */
    public static final List<String> PREFIXES = List.of(PREFIX, IPV6_PREFIX);

    /** The address of its name server, which the control server's configuration names for split DNS. */
    public static final String NAME_SERVER = "10.1.0.10";

    /** Where the router and the cluster meet; Docker's network gives them addresses of the other family only. */
    private static final String LINK = "fd00:10::1";

    private static final String ROUTERS_LINK = "fd00:10::2";

    private static final int CONTROL_PORT = 9000;

    Cluster(Artifacts artifacts, Network network, ClusterDnsRecords names) {
        super(DockerImageName.parse(artifacts.cluster()));
        withNetwork(network);
        withEnv("CLUSTER_PREFIXES", String.join(" ", PREFIXES));
        withEnv("CLUSTER_LINK", LINK + "/64");
        withEnv("NAME_SERVER", NAME_SERVER);
        withEnv("SERVICE_PORT", Integer.toString(TargetNode.SERVICE_PORT));
        withEnv("SCRIPTED_PORT", Integer.toString(TargetNode.SCRIPTED_PORT));
        withEnv("SCRIPTED_TLS_PORT", Integer.toString(TargetNode.SCRIPTED_TLS_PORT));
        withEnv("CONTROL_PORT", Integer.toString(CONTROL_PORT));
        withExposedPorts(CONTROL_PORT);
        artifacts.copyClasses(this, "/var/cluster/classes");
        withCopyToContainer(Transferable.of(names.hostsFile()), "/var/cluster/hosts");
        withCopyToContainer(Transferable.of(names.aliasesFile()), "/var/cluster/aliases.conf");
        withCreateContainerCmdModifier(command -> command.getHostConfig()
                .withCapAdd(Capability.NET_ADMIN)
                .withSysctls(Map.of("net.ipv6.conf.all.disable_ipv6", "0")));
        withCommand("/bin/sh", "/usr/local/bin/cluster-entrypoint.sh");
        waitingFor(Wait.forLogMessage(".*the target listens.*", 1));
    }

    /** Gives a machine in the same network a way to its addresses. */
    void attach(TargetNode router, String gateway) {
        router.run("ip", "route", "add", PREFIX, "via", gateway);
        router.run("ip", "address", "add", ROUTERS_LINK + "/64", "dev", "eth0", "nodad");
        router.run("ip", "route", "add", IPV6_PREFIX, "via", LINK);
    }

    /** The control port of the scripted target: sets its responses and returns the requests that arrived. */
    public URI scriptedTarget() {
        return URI.create("http://" + getHost() + ":" + getMappedPort(CONTROL_PORT));
    }

    /** The name server receives queries and does not respond. */
    public void suspendNameServer() {
        signalNameServer("STOP");
    }

    /** The name server responds again. */
    public void resumeNameServer() {
        signalNameServer("CONT");
    }

    /** The name server is gone: connections to it are refused. */
    public void killNameServer() {
        signalNameServer("KILL");
    }

    /** The name server is there again. */
    public void startNameServer() {
        // Its output goes where that of the container's first process goes, as before.
        ContainerExec.output(this, "/bin/sh", "-c", "/bin/sh /usr/local/bin/name-server.sh >/proc/1/fd/1 2>&1 &");
    }

    /** Whether somebody asked the name server for this name. */
    public boolean wasQueried(String name) {
        return getLogs().lines().anyMatch(line -> line.contains("query[") && line.contains(" " + name + " "));
    }

    private void signalNameServer(String signal) {
        ContainerExec.output(this, "pkill", "-" + signal, "dnsmasq");
    }
}
