package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.tailnet.DatabaseMachines;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.util.HashMap;
import java.util.Map;
import org.testcontainers.images.builder.Transferable;

/** Starts the function of {@code examples/databases-java} with nothing but the layer, and forwards to what it needs and more. */
final class DatabaseFunction {

    /** The name of the machine with the databases. */
    static final String DATABASES = "database";

    /** The secret with the password of PostgreSQL. */
    static final String SECRET = "database-password";

    // Ports of forwards, and where they lead.
    static final int POSTGRESQL = 15432;
    static final int REDIS = 16379;
    static final int TCP_TARGET = 17000;
    /** Nobody listens there. */
    static final int CLOSED = 17001;
    /** A server that is in the function's own network alone. */
    static final int NEIGHBOUR = 17002;

    static final int UNKNOWN_NAME = 17003;
    static final int OWN_NODE = 17004;

    private static final String HANDLER = "dev.tailnetproxy.examples.databases.DatabasesHandler::handleRequest";
    private static final String AUTHORITY = "/var/lambda/database-ca.pem";

    private DatabaseFunction() {}

    static LayerFunction start(Tailnet tailnet, TargetNode databases, String name) {
        String neighbour = tailnet.privateAddress(tailnet.secrets());
        Map<String, String> settings = new HashMap<>(Map.of(
                "_HANDLER", HANDLER,
                "TS_HOSTNAME", name,
                "DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + POSTGRESQL + "/app",
                "DATABASE_NAME", DATABASES,
                "DATABASE_CA", AUTHORITY,
                "DATABASE_USER", "app",
                "DATABASE_SECRET", SECRET,
                "CACHE_PORT", "" + REDIS));
        settings.put(
                "TS_FORWARDS",
                String.join(
                        ",",
                        POSTGRESQL + "=" + DATABASES + ":" + DatabaseMachines.POSTGRESQL_PORT,
                        REDIS + "=" + databases.address() + ":" + DatabaseMachines.REDIS_PORT,
                        TCP_TARGET + "=" + DATABASES + ":" + TargetNode.TCP_PORT,
                        CLOSED + "=" + DATABASES + ":7999",
                        NEIGHBOUR + "=" + neighbour + ":" + SecretsManager.PORT,
                        UNKNOWN_NAME + "=nobody.tailnet.test:80",
                        OWN_NODE + "=" + name + ":80"));
        String authority = DatabaseMachines.certificate(databases);
        ExecutionEnvironment environment = tailnet.startFunction(
                new DeployedFunction.Archive(Checkout.file("examples/databases-java/target/function.jar")),
                settings,
                change -> {
                    change.withCopyToContainer(Transferable.of(authority), AUTHORITY);
                    tailnet.databases().addProbe(change);
                });
        return new LayerFunction(environment);
    }
}
