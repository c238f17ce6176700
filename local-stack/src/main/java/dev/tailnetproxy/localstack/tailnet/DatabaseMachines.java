package dev.tailnetproxy.localstack.tailnet;

import java.util.Map;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;

/** Starts what TCP forwards are tried with: databases in the tailnet, gateways to them, and clients. */
public final class DatabaseMachines {

    /** The port of PostgreSQL, in the tailnet. */
    public static final int POSTGRESQL_PORT = 5432;

    /** The port of Redis, in the tailnet. */
    public static final int REDIS_PORT = 6379;

    private final Artifacts artifacts;
    private final Network network;
    private final Headscale control;
    private final SecretsManager secrets;
    private final String authKey;
    private final Consumer<GenericContainer<?>> registrar;

    DatabaseMachines(
            Artifacts artifacts,
            Network network,
            Headscale control,
            SecretsManager secrets,
            String authKey,
            Consumer<GenericContainer<?>> registrar) {
        this.artifacts = artifacts;
        this.network = network;
        this.control = control;
        this.secrets = secrets;
        this.authKey = authKey;
        this.registrar = registrar;
    }

    /**
     * Starts a private machine with PostgreSQL and Redis beside the target service.
     *
     * @param name its name in the tailnet, for which PostgreSQL has a certificate
     * @param password of the user {@code app} of the database {@code app}
     */
    public TargetNode startDatabases(String name, String password) {
        TargetNode machine = new TargetNode(artifacts, network, control, authKey, name);
        registrar.accept(machine);
        machine.setDockerImageName(artifacts.databases());
        machine.withCopyToContainer(Transferable.of(password, 0600), "/var/databases/password");
        machine.withCommand("/bin/sh", "/usr/local/share/databases/databases-entrypoint.sh");
        machine.start();
        return machine;
    }

    /** The certificate of PostgreSQL on such a machine, in PEM; it is its own authority. */
    public static String certificate(TargetNode databases) {
        return databases.run("cat", "/var/databases/server.crt");
    }

    /**
     * Starts the extension as a gateway outside of Lambda.
     *
     * @param alias its name in the network, which several may share
     * @param settings {@code TS_HOSTNAME} and {@code TS_FORWARDS} among them
     */
    public ForwardGateway startGateway(String alias, Map<String, String> settings) {
        ForwardGateway gateway = new ForwardGateway(artifacts, network, control, secrets, alias);
        registrar.accept(gateway);
        gateway.withEnv(settings);
        gateway.start();
        return gateway;
    }

    /** Starts a machine with clients, which is no machine of the tailnet. */
    public DatabaseClients startClients() {
        return start(new DatabaseClients(artifacts).withNetwork(network));
    }

    /** Starts a container with clients that shares the network of another, as the containers of a pod do. */
    public DatabaseClients startClientsBeside(GenericContainer<?> other) {
        return start(new DatabaseClients(artifacts).withNetworkMode("container:" + other.getContainerId()));
    }

    private DatabaseClients start(DatabaseClients clients) {
        registrar.accept(clients);
        clients.start();
        return clients;
    }

    /** Gives an execution environment that is not started the {@link DatabaseClients#probe probe}. */
    public void addProbe(ExecutionEnvironment environment) {
        artifacts.copyClasses(environment, DatabaseClients.CLASSES);
    }
}
