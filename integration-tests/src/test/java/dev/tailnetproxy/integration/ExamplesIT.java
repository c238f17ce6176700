package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailnetproxy.integration.ChildProcess.ProcessResult;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.testkit.RuntimeApiStub;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The callers of {@code examples/} as they are, against a running proxy. */
@SecondLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamplesIT {

    private static final Path EXAMPLES = Checkout.file("examples");
    private static final String HANDLER = "dev.tailnetproxy.examples.client.ClientHandler::handleRequest";

    private final Tailnet tailnet;
    /** Where each program whose runtime is here is run from. */
    private final Map<Program, Path> folders = new LinkedHashMap<>();

    @AutoClose
    private DeployedProxy proxy;

    ExamplesIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeAll
    void deploy() throws Exception {
        proxy = DeployedProxy.start(tailnet, Map.of("TS_HOSTNAME", "examples"));
        for (Program program : programs().toList()) {
            if (hasRuntime(program)) {
                folders.put(
                        program, program.prepared() ? prepare(program.folder()) : EXAMPLES.resolve(program.folder()));
            }
        }
    }

    /**
     * A program that prints what the target says.
     *
     * @param name the folder, and the file where there is more than one
     * @param probe a command that tells whether its runtime is here
     * @param prepared whether {@code examples/prepare} installs its packages
     * @param command the program; the first word may be a path in the folder it is run from
     */
    record Program(String name, List<String> probe, boolean prepared, List<String> command) {

        String folder() {
            return name.split("/", 2)[0];
        }

        /** As the table of requests names it: the word behind the last hyphen or underscore. */
        String shortName() {
            return name.replaceAll(".*[-_]|\\.py$", "");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Program> programs() {
        return Stream.of(
                new Program("client-curl", List.of("curl", "--version"), false, List.of("call")),
                new Program(
                        "client-python/with_requests.py",
                        List.of("python3", "-c", "import venv, ensurepip"),
                        true,
                        List.of("venv/bin/python", "with_requests.py")),
                new Program(
                        "client-python/with_botocore.py",
                        List.of("python3", "-c", "import venv, ensurepip"),
                        true,
                        List.of("venv/bin/python", "with_botocore.py")),
                new Program(
                        "client-node",
                        List.of("node", "-e", "process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)"),
                        true,
                        List.of("node", "client.mjs")));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void printsTargetResponse(Program program) throws Exception {
        String query = "?a=1&a=2&b=%2B%20&c=%C3%A4";

        ProcessResult ended = run(program, tailnet.target().address(), TargetNode.SERVICE_PORT, "/echo" + query);

        assertThat(ended.errors()).isEmpty();
        assertThat(ended.status()).isZero();
        assertThat(requestTarget(ended)).isEqualTo("/echo" + query);
    }

    /** All programs at once, because starting them takes most of the time. */
    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.integration.RequestTargets#rows")
    void sendsWhatItSignsOrRejects(RequestTargets.Row row) {
        int before = proxy.invocations();

        Map<Program, ProcessResult> ended = folders.keySet().parallelStream()
                .collect(Collectors.toMap(
                        program -> program,
                        program -> run(program, tailnet.target().address(), TargetNode.SERVICE_PORT, row.target())));

        assertSoftly(softly -> ended.forEach((program, result) -> {
            if (result.status() == 0) {
                softly.assertThat(requestTarget(result)).as(program.name()).isEqualTo(row.arrives());
            } else {
                softly.assertThat(row.mayBeRefusedBy())
                        .as("%s: %s", program, result.errors())
                        .contains(program.shortName());
                softly.assertThat(result.status()).as(program.name()).isEqualTo(1);
                softly.assertThat(result.errors().strip().lines())
                        .as(program.name())
                        .hasSize(1);
            }
        }));
        assertThat(proxy.invocations() - before).isEqualTo((int)
                ended.values().stream().filter(result -> result.status() == 0).count());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void preservesResponseBody(Program program) {
        ProcessResult ended = run(program, tailnet.target().address(), TargetNode.SERVICE_PORT, "/hello");

        assertThat(ended.errors()).isEmpty();
        assertThat(ended.out()).isEqualTo(HELLO);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void printsProxyErrorName(Program program) throws Exception {
        ProcessResult ended = run(program, "127.0.0.1", 9001, "/");

        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.errors()).contains("the proxy responded with TargetNotAllowed: ");
    }

    /** Wherever it points, the signed fields would go there. */
    @ParameterizedTest
    @MethodSource("programs")
    void followsNoRedirectOfATarget(Program program) throws Exception {
        ScriptedTargetControl target =
                new ScriptedTargetControl(tailnet.target().scriptedTarget());
        target.respondWith(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 5\r\n\r\nmoved"
                        .getBytes(StandardCharsets.US_ASCII),
                "close");
        int before = proxy.invocations();

        run(program, tailnet.target().address(), TargetNode.SCRIPTED_PORT, "/here");

        assertThat(proxy.invocations() - before).isEqualTo(1);
        assertThat(target.receivedRequests()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void rejectsPlainHttpToRemoteHost(Program program) throws Exception {
        assumeTrue(folders.containsKey(program), () -> program + " is not run: its runtime is not here");
        Map<String, String> environment = environment(tailnet.target().address(), TargetNode.SERVICE_PORT);
        environment.put("TAILSCALE_PROXY_URL", "http://127.0.0.1.example:9100");

        ProcessResult ended = run(program, environment, "/hello");

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.errors()).contains("https").contains("TAILSCALE_PROXY_ALLOW_PLAIN_HTTP=true");
        assertThat(ended.errors().strip().lines()).hasSize(1);
    }

    @Test
    void javaFunctionRunsUnderRuntimeInterfaceClient() throws Exception {
        try (RuntimeApiStub api = new RuntimeApiStub();
                RunningFunction function = startJavaFunction(api)) {
            assertThat(new JsonObject(api.invoke("{\"path\":\"/hello\"}")))
                    .isEqualTo(new JsonObject().put("status", 200).put("body", HELLO));
            assertThat(new JsonObject(api.invoke("{\"path\":\"/status/404\"}")).getInteger("status"))
                    .isEqualTo(404);
            assertThat(function.process().isAlive()).isTrue();
        }
    }

    private RunningFunction startJavaFunction(RuntimeApiStub api) throws IOException {
        String classPath = EXAMPLES.resolve("client-java/target/function.jar") + ":"
                + Checkout.file("local-stack/target/runtime-client") + "/*";
        List<String> command = Stream.concat(
                        ChildProcess.javaCommand().stream(),
                        Stream.of(
                                "-cp",
                                classPath,
                                "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                                HANDLER))
                .toList();
        Map<String, String> environment = environment(tailnet.target().address(), TargetNode.SERVICE_PORT);
        environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
        environment.put("LAMBDA_TASK_ROOT", EXAMPLES.resolve("client-java").toString());
        Process process = ChildProcess.builder(command, environment).inheritIO().start();
        api.failWhenEnded(process);
        return new RunningFunction(process);
    }

    private ProcessResult run(Program program, String host, int port, String path) {
        assumeTrue(folders.containsKey(program), () -> program + " is not run: its runtime is not here");
        return run(program, environment(host, port), path);
    }

    private ProcessResult run(Program program, Map<String, String> environment, String path) {
        Path folder = requireNonNull(folders.get(program));
        List<String> command = Stream.concat(
                        program.command().stream()
                                .map(word -> folder.resolve(word).toFile().exists()
                                        ? folder.resolve(word).toString()
                                        : word),
                        Stream.of(path))
                .toList();
        try {
            return ChildProcess.run(command, environment);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    private static String requestTarget(ProcessResult ended) {
        return new JsonObject(ended.out()).getString("requestTarget");
    }

    private static boolean hasRuntime(Program program) throws InterruptedException {
        try {
            return ChildProcess.run(program.probe(), Map.of()).status() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private static Path prepare(String example) throws Exception {
        ProcessResult prepared =
                ChildProcess.run(List.of(EXAMPLES.resolve("prepare").toString(), example), Map.of());
        assertThat(prepared.status()).as(prepared.errors()).isZero();
        return Path.of(prepared.out().strip());
    }

    private Map<String, String> environment(String host, int port) {
        Map<String, String> environment = new HashMap<>(proxy.clientEnvironment());
        environment.put("TARGET_HOST", host);
        environment.put("TARGET_PORT", Integer.toString(port));
        return environment;
    }

    /** Ends the function's process when the test does. */
    private record RunningFunction(Process process) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
        }
    }
}
