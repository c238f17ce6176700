package dev.tailnetproxy.localstack.tailnet;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A server of this module in a container; it prints that it listens when it does. */
public final class ServerContainer extends GenericContainer<ServerContainer> {

    private static final String CLASSES = "/var/helper/classes";

    private final String alias;

    ServerContainer(Artifacts artifacts, Network network, Class<?> server, String alias, String... arguments) {
        super(DockerImageName.parse(artifacts.lambdaRuntime()));
        withNetwork(network);
        withNetworkAliases(alias);
        this.alias = alias;
        artifacts.copyClasses(this, CLASSES);
        withCommand(JavaProgram.command(CLASSES, server, arguments));
        waitingFor(Wait.forLogMessage(".*listens.*", 1));
    }

    /** Its name in the network. */
    public String alias() {
        return alias;
    }
}
