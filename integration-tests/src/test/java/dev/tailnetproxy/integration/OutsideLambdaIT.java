package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The proxy as a process that is no Lambda function: with the loop of a native executable it serves, and a process whose
 * ports are closed ends.
 */
class OutsideLambdaIT {

    private static final Path FUNCTION =
            Path.of(System.getProperty("repository")).resolve("proxy-quarkus/target/function.zip");
    private static final Path TEST_CLASSES = Path.of("target/test-classes").toAbsolutePath();
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int SIGTERM = 128 + 15;

    /** Where the loop asks, in place of what the program chooses. */
    private static final String ASK_NOBODY = "-Dquarkus-internal.aws-lambda.test-api=127.0.0.1:9";

    @TempDir
    private Path folder;

    private int port;
    private int management;
    private Process process;

    @BeforeEach
    void unpack() throws IOException {
        port = freePort();
        management = freePort();
        try (InputStream in = Files.newInputStream(FUNCTION);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = folder.resolve("app").resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file);
                }
            }
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void startServing(List<String> options) throws IOException {
        start(options, Integer.toString(port));
        await().atMost(LONGEST).untilAsserted(() -> assertThat(said()).contains("serves requests on"));
    }

    private void start(List<String> options, String requests) throws IOException {
        List<String> command = new ArrayList<>(ChildProcess.javaCommand());
        command.addAll(options);
        Path app = folder.resolve("app");
        command.addAll(List.of("-cp", app + ":" + app + "/lib/*:" + TEST_CLASSES, LikeNative.class.getName()));
        process = ChildProcess.builder(
                        command,
                        Map.of(
                                "TS_PROXY_HTTP_PORT",
                                requests,
                                "TS_PROXY_HTTP_HOST",
                                "127.0.0.1",
                                "TS_PROXY_MANAGEMENT_PORT",
                                Integer.toString(management),
                                "TS_PROXY_DRAIN_TIMEOUT_MS",
                                "1",
                                "TS_PROXY_LOCALAPI_SOCKET",
                                folder.resolve("no.sock").toString()))
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    /** Orders of {@link LikeNative}. */
    private void order(String what) throws IOException {
        Writer orders = process.outputWriter();
        orders.write(what + "\n");
        orders.flush();
    }

    private Path log() {
        return folder.resolve("log");
    }

    private String said() throws IOException {
        return Files.readString(log());
    }

    private int liveness() throws IOException, InterruptedException {
        URI live = URI.create("http://127.0.0.1:" + management + "/q/health/live");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(live).build(), BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void theLoopOfANativeExecutableHasNothingToDoAndTheProxyServes() throws Exception {
        startServing(List.of());
        order("loop");

        await().atMost(LONGEST).untilAsserted(() -> {
            order("look");
            assertThat(said()).contains(LikeNative.LOOP_WAITS);
        });
        assertThat(liveness()).isEqualTo(200);
        assertThat(said()).doesNotContain(LikeNative.LOOP_ENDED);
        process.destroy();
        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(SIGTERM);
        assertThat(said()).doesNotContain("ERROR", "FATAL", "Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void withoutAPortForRequestsTheProcessEndsAtOnceAndSaysWhy(String none) throws Exception {
        start(List.of(), none);

        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(said()).contains("TS_PROXY_HTTP_PORT is not set").doesNotContain("Exception");
    }

    static List<Arguments> ends() {
        return List.of(
                Arguments.of("a loop that can ask nobody", "loop", List.of(ASK_NOBODY)),
                Arguments.of("anything else in the process", "stop", List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void whenItsApplicationStopsTheProcessEndsWithAStatusThatSaysSo(String name, String what, List<String> options)
            throws Exception {
        startServing(options);
        order(what);

        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS))
                .as("the process ends; it said %s", said())
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(said()).contains("The application stops though nobody stopped the process");
    }
}
