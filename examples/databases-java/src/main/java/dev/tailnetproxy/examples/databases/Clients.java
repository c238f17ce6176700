package dev.tailnetproxy.examples.databases;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Pools with the settings that suit Lambda. */
final class Clients {

    private static final int CONNECT_MILLIS = 5000;
    private static final int READ_MILLIS = 10_000;

    private Clients() {}

    static DataSource database(Map<String, String> environment) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(required(environment, "DATABASE_URL"));
        config.setUsername(required(environment, "DATABASE_USER"));
        config.setPassword(secret(required(environment, "DATABASE_SECRET")));
        // An environment has one invocation at a time.
        config.setMaximumPoolSize(1);
        // A new environment starts although the database does not respond; the invocation says so.
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(CONNECT_MILLIS);
        // After a freeze the pool asks whether the connection is alive. The layer has reset it if it is not.
        config.setValidationTimeout(CONNECT_MILLIS / 2);
        config.addDataSourceProperty("connectTimeout", Integer.toString(CONNECT_MILLIS / 1000));
        config.addDataSourceProperty("socketTimeout", Integer.toString(READ_MILLIS / 1000));
        // The certificate is the database's, not that of the forward's address.
        config.addDataSourceProperty("sslmode", "verify-full");
        config.addDataSourceProperty("sslrootcert", required(environment, "DATABASE_CA"));
        config.addDataSourceProperty("sslhostnameverifier", TargetNameVerifier.class.getName());
        return new HikariDataSource(config);
    }

    static UnifiedJedis cache(Map<String, String> environment) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(1);
        // Asks whether a connection is alive before it is used: a freeze may have passed.
        pool.setTestOnBorrow(true);
        return RedisClient.builder()
                .hostAndPort(new HostAndPort("127.0.0.1", Integer.parseInt(required(environment, "CACHE_PORT"))))
                .clientConfig(DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(CONNECT_MILLIS)
                        .socketTimeoutMillis(READ_MILLIS)
                        .build())
                .poolConfig(pool)
                .build();
    }

    private static String required(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .orElseThrow(() -> new IllegalStateException(name + " is not set"));
    }

    private static String secret(String id) {
        try (SecretsManagerClient secrets = SecretsManagerClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            return secrets.getSecretValue(request -> request.secretId(id)).secretString();
        }
    }
}
