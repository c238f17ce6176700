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

    private static final Path FUNCTION = Checkout.file("proxy-quarkus/target/function.zip");
    private static final Path TEST_CLASSES = Path.of("target/test-classes").toAbsolutePath();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int SIGTERM = 128 + 15;

    /** Where the loop asks, in place of what the program chooses. */
    private static final String UNREACHABLE_API = "-Dquarkus-internal.aws-lambda.test-api=127.0.0.1:9";

    @TempDir
    private Path folder;

    private int port;
    private int management;

    /** Each test starts it with its own options. */
    @SuppressWarnings("NullAway.Init")
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
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(output()).contains("serves requests on"));
    }

    private void start(List<String> options, String requests) throws IOException {
        List<String> command = new ArrayList<>(ChildProcess.javaCommand());
        command.addAll(options);
        Path app = folder.resolve("app");
        command.addAll(List.of("-cp", app + ":" + app + "/lib/*:" + TEST_CLASSES, PollLoopProcess.class.getName()));
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

    /** Orders of {@link PollLoopProcess}. */
    private void sendCommand(String what) throws IOException {
        Writer orders = process.outputWriter();
        orders.write(what + "\n");
        orders.flush();
    }

    private Path log() {
        return folder.resolve("log");
    }

    private String output() throws IOException {
        return Files.readString(log());
    }

    private int liveness() throws IOException, InterruptedException {
        URI live = URI.create("http://127.0.0.1:" + management + "/q/health/live");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(live).build(), BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void nativePollLoopIdlesWhileProxyServes() throws Exception {
        startServing(List.of());
        sendCommand("loop");

        await().atMost(TIMEOUT).untilAsserted(() -> {
            sendCommand("look");
            assertThat(output()).contains(PollLoopProcess.LOOP_POLLING);
        });
        assertThat(liveness()).isEqualTo(200);
        assertThat(output()).doesNotContain(PollLoopProcess.LOOP_ENDED);
        process.destroy();
        assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(SIGTERM);
        assertThat(output()).doesNotContain("ERROR", "FATAL", "Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void exitsAtOnceWithoutHttpPort(String none) throws Exception {
        start(List.of(), none);

        assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output()).contains("TS_PROXY_HTTP_PORT is not set").doesNotContain("Exception");
    }

    static List<Arguments> ends() {
        return List.of(
                Arguments.of("a loop that can ask nobody", "loop", List.of(UNREACHABLE_API)),
                Arguments.of("anything else in the process", "stop", List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void exitsWithStatusOneWhenApplicationStops(String name, String what, List<String> options) throws Exception {
        startServing(options);
        sendCommand(what);

        assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .as("the process ends; it said %s", output())
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output()).contains("The application stopped although the process was not told to stop");
    }
}
