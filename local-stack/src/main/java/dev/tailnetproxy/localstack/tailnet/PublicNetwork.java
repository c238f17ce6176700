package dev.tailnetproxy.localstack.tailnet;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network.Ipam;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * A network with public addresses in place of the internet. It is no part of the tailnet; containers that are attached
 * reach it directly, as a function outside of a VPC does.
 */
public final class PublicNetwork implements AutoCloseable {

    /** RFC 5737's TEST-NET-3. Exit nodes lead to public addresses only, and Docker chooses private ones. */
    private static final String ADDRESSES = "203.0.113.";

    private static final int PREFIX_LENGTH = 28;
    private static final int SIZE = 1 << (32 - PREFIX_LENGTH);

    private final DockerClient docker = DockerClientFactory.instance().client();
    private final Network network;
    private final String subnet;

    private PublicNetwork(Network network, String subnet) {
        this.network = network;
        this.subnet = subnet;
    }

    /** Makes one with addresses that no other network on this machine has; several runs may be under way. */
    static PublicNetwork create(Map<String, String> labels) {
        DockerException last = null;
        for (int first = 0; first < 256; first += SIZE) {
            String subnet = ADDRESSES + first + "/" + PREFIX_LENGTH;
            Network network = Network.builder()
                    .createNetworkCmdModifier(command -> command.withLabels(labels)
                            .withInternal(true)
                            .withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(subnet))))
                    .build();
            try {
                network.getId();
                return new PublicNetwork(network, subnet);
            } catch (DockerException taken) {
                last = taken;
            }
        }
        throw new IllegalStateException("Docker makes no network with addresses from " + ADDRESSES + "0/24", last);
    }

    /** Its addresses, as a prefix. */
    public String subnet() {
        return subnet;
    }

    /** Connects a running container. */
    public void attach(GenericContainer<?> container) {
        docker.connectToNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(container.getContainerId())
                .exec();
    }

    /**
     * Connects a running container as clouds connect machines: with an address of its own and everything else, its
     * neighbours too, behind a route. An exit node does not lead into networks that its interfaces are in.
     */
    void attachRouted(GenericContainer<?> container) {
        attach(container);
        String address = addressOf(container);
        ContainerExec.output(
                container,
                "sh",
                "-euc",
                "device=$(ip -4 -o addr show to \"$1\" | awk '{ print $2 }');"
                        + " ip addr del \"$1/$3\" dev \"$device\"; ip addr add \"$1/32\" dev \"$device\";"
                        + " ip route add \"$2\" dev \"$device\" src \"$1\"",
                "sh",
                address,
                subnet,
                Integer.toString(PREFIX_LENGTH));
    }

    /** The address in it of a container that is attached. */
    public String addressOf(GenericContainer<?> container) {
        InspectContainerResponse now =
                docker.inspectContainerCmd(container.getContainerId()).exec();
        return now.getNetworkSettings().getNetworks().values().stream()
                .filter(attached -> network.getId().equals(attached.getNetworkID()))
                .map(ContainerNetwork::getIpAddress)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(container.getContainerName() + " is not attached"));
    }

    Network network() {
        return network;
    }

    /** Removes it; no container may be attached any more. */
    @Override
    public void close() {
        network.close();
    }
}
