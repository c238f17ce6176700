package dev.tailnetproxy.examples.databases;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import redis.clients.jedis.UnifiedJedis;

/** Responds with what a database and a cache in the tailnet say; the layer forwards two ports of loopback to them. */
public final class DatabasesHandler implements RequestHandler<Map<String, String>, Map<String, Object>> {

    private static final String QUERY = "SELECT current_user, ssl, pid FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    // For the life of the environment: the next invocation uses the connections again.
    private final DataSource database;
    private final UnifiedJedis cache;

    /** The one that Lambda makes. */
    public DatabasesHandler() {
        this(Clients.database(System.getenv()), Clients.cache(System.getenv()));
    }

    DatabasesHandler(DataSource database, UnifiedJedis cache) {
        this.database = database;
        this.cache = cache;
    }

    @Override
    public Map<String, Object> handleRequest(Map<String, String> event, Context context) {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(QUERY);
                ResultSet row = query.executeQuery()) {
            row.next();
            return Map.of(
                    "user", row.getString(1),
                    "tls", row.getBoolean(2),
                    "session", row.getInt(3),
                    "visits", cache.incr("visits"));
        } catch (SQLException failure) {
            throw new IllegalStateException("the database did not respond: " + failure.getMessage(), failure);
        }
    }
}
