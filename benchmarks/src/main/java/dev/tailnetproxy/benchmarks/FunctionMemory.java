package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.integration.functionurl.AccessKey;
import dev.tailnetproxy.integration.functionurl.FunctionUrl;
import dev.tailnetproxy.integration.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.integration.functionurl.SignedCall;
import dev.tailnetproxy.integration.tailnet.Artifacts;
import dev.tailnetproxy.integration.tailnet.DeployedFunction;
import dev.tailnetproxy.integration.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.integration.tailnet.Tailnet;
import dev.tailnetproxy.integration.tailnet.TargetNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** What the function's process takes at most, with the largest bodies that Lambda lets through. */
final class FunctionMemory {

    private static final double AT_MOST_MEGABYTES = 256;
    private static final long FUNCTION_BYTES = 512L * 1024 * 1024;
    private static final int BODY_BYTES = 4_000_000;
    private static final int TRANSFERS = 20;
    private static final String REGION = "us-east-1";
    private static final AccessKey CALLER = new AccessKey("AKIALOCALCALLER", "local-caller-secret");

    private FunctionMemory() {}

    static Figure measure(Tailnet tailnet, Artifacts artifacts) throws IOException, InterruptedException {
        ExecutionEnvironment environment = tailnet.startFunction(
                new DeployedFunction.Archive(artifacts.function()),
                Map.of("TS_HOSTNAME", "memory"),
                container -> container.withCreateContainerCmdModifier(
                        command -> command.getHostConfig().withMemory(FUNCTION_BYTES)));
        RuntimeInterfaceEmulator emulator =
                new RuntimeInterfaceEmulator(environment.invocations(), Duration.ofSeconds(60));
        try (FunctionUrl url = FunctionUrl.open(0, REGION, CALLER, emulator)) {
            for (int i = 0; i < TRANSFERS; i++) {
                echo(URI.create(url.address() + "/body"), tailnet.target().address());
            }
            return Figure.atMost(
                    "Memory of the function with bodies of 4 MB up and down",
                    Math.rint(peakKilobytes(environment) * 1.024 / 1000),
                    AT_MOST_MEGABYTES,
                    "MB",
                    "JVM, in an environment of 512 MB under the Runtime Interface Emulator. Peak of the runtime's "
                            + "resident set (`VmHWM`) after " + TRANSFERS + " echoes, each compared byte for byte. "
                            + "5 MB do not go up: in base64 they pass Lambda's 6 MB.");
        } finally {
            environment.stop();
        }
    }

    private static void echo(URI address, String target) throws IOException, InterruptedException {
        byte[] body = new byte[BODY_BYTES];
        new Random(1).nextBytes(body);
        Map<String, String> headers = Map.of(
                "ts-target-ip",
                target,
                "ts-target-port",
                Integer.toString(TargetNode.SERVICE_PORT),
                "content-type",
                "application/octet-stream");
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        new SignedCall(CALLER, REGION).request("PUT", address, headers, body),
                        BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200 || !Arrays.equals(answer.body(), body)) {
            throw new IllegalStateException("not answered with the right bytes: " + answer);
        }
    }

    private static long peakKilobytes(ExecutionEnvironment environment) {
        return environment
                .run("sh", "-c", "cat /proc/$(pgrep -o java)/status")
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElseThrow();
    }
}
