package dev.tailnetproxy.cdk.deploy;

import dev.tailnetproxy.cdk.support.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/** moto's server on a free port of this machine: the AWS APIs without AWS. */
final class LocalAws implements AutoCloseable {

    static final String ACCOUNT = "123456789012";
    static final String REGION = "us-east-1";

    private static final String KEY_ID = "AKIALOCALDEPLOYER";
    private static final String SECRET_KEY = "local-deployer-secret";
    private static final String NO_FILE = "/dev/null";
    private static final Pattern READY = Pattern.compile("Running on http://127\\.0\\.0\\.1:(\\d+)");

    private final Process server;
    private final int port;

    private LocalAws(Process server, int port) {
        this.server = server;
        this.port = port;
    }

    static LocalAws start() throws IOException {
        Process server = new ProcessBuilder(
                        Repository.file("cdk/target/python-tools/bin/moto_server")
                                .toString(),
                        "-H",
                        "127.0.0.1",
                        "-p",
                        "0")
                .redirectErrorStream(true)
                .start();
        BufferedReader output = server.inputReader(StandardCharsets.UTF_8);
        StringBuilder log = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            log.append(line).append('\n');
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                drain(output);
                return new LocalAws(server, Integer.parseInt(ready.group(1)));
            }
        }
        throw new IllegalStateException("moto_server did not start: " + log);
    }

    /** The server would stop at a full pipe. */
    private static void drain(BufferedReader output) {
        Thread reader = new Thread(() -> output.lines().forEach(line -> {}), "moto's log");
        reader.setDaemon(true);
        reader.start();
    }

    /** The endpoint's host has to be a name: moto takes a bucket's name out of an address. */
    private String endpoint() {
        return "http://localhost:" + port;
    }

    /** The environment that directs AWS clients to this server only. */
    Map<String, String> environment() {
        return Map.ofEntries(
                Map.entry("AWS_ENDPOINT_URL", endpoint()),
                Map.entry("AWS_ENDPOINT_URL_S3", endpoint()),
                Map.entry("AWS_ACCESS_KEY_ID", KEY_ID),
                Map.entry("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
                Map.entry("AWS_REGION", REGION),
                Map.entry("AWS_DEFAULT_REGION", REGION),
                Map.entry("AWS_CONFIG_FILE", NO_FILE),
                Map.entry("AWS_SHARED_CREDENTIALS_FILE", NO_FILE),
                Map.entry("AWS_EC2_METADATA_DISABLED", "true"),
                Map.entry("NO_PROXY", "localhost,127.0.0.1"),
                Map.entry("no_proxy", "localhost,127.0.0.1"));
    }

    /** A client of the SDK that comes here. */
    <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(B builder) {
        return builder.endpointOverride(URI.create(endpoint()))
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY_ID, SECRET_KEY)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @Override
    public void close() {
        server.destroy();
    }
}
