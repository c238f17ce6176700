package dev.tailnetproxy.localstack.tailnet;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A server of this module in a container; it prints that it listens when it does. */
public final class ServerContainer extends GenericContainer<ServerContainer> {

    private final String alias;

    ServerContainer(Artifacts artifacts, Network network, Class<?> server, String alias, String... arguments) {
        super(DockerImageName.parse(artifacts.lambdaRuntime()));
        withNetwork(network);
        withNetworkAliases(alias);
        this.alias = alias;
        artifacts.copyClasses(this, "/var/helper/classes");
        String[] command = new String[4 + arguments.length];
        command[0] = "java";
        command[1] = "-cp";
        command[2] = "/var/helper/classes";
        command[3] = server.getName();
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        withCommand(command);
        waitingFor(Wait.forLogMessage(".*listens.*", 1));
    }

    /** Its name in the network. */
    public String alias() {
        return alias;
    }
}
