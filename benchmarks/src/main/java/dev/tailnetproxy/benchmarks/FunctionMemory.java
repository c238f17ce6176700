package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.functionurl.FunctionUrl;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.functionurl.SigV4Signer;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What the kernel counts for all processes of a function, at the memory that the CDK gives it, with bodies up to the
 * largest that Lambda lets through.
 */
final class FunctionMemory implements AutoCloseable {

    /** Seven eighths: the rest is for what was not tried. */
    private static final double SHARE = 0.875;

    private static final int MEGABYTE = 1_000_000;
    private static final long MEBIBYTE = 1024L * 1024;

    /** In base64 the last one has just under Lambda's 6 MB. */
    private static final int[] BODY_BYTES = {0, 1_000, 64_000, 1_000_000, 3_500_000, 4_400_000};

    /** It is in the container too, with the largest bodies in several forms; in Lambda it is not the function's. */
    private static final int EMULATOR_MEGABYTES = 64;

    private static final int ECHOES = 40;
    private static final String REGION = "us-east-1";
    private static final String SAMPLES = "/tmp/memory-samples";
    private static final String STOP = SAMPLES + ".stop";

    private final FunctionBuild build;
    private final MeasuredEnvironment environment;
    private final String target;

    private FunctionMemory(Tailnet tailnet, FunctionBuild build) {
        this.build = build;
        this.target = tailnet.target().address();
        long bytes = (build.kind().defaultMegabytes() + EMULATOR_MEGABYTES) * MEBIBYTE;
        Map<String, String> settings = new HashMap<>(build.kind().variables());
        settings.put("TS_HOSTNAME", "memory-" + build.kind().word().toLowerCase(Locale.ROOT));
        settings.put(
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(build.kind().defaultMegabytes()));
        this.environment = new MeasuredEnvironment(
                tailnet.startFunction(new DeployedFunction.Archive(build.archive()), settings, container -> {
                    InContainerClasses.addTo(container);
                    container.withCreateContainerCmdModifier(
                            command -> command.getHostConfig().withMemory(bytes).withMemorySwap(bytes));
                }));
    }

    /** The figure's name. */
    static String what(FunctionBuild.Kind kind) {
        return "Memory of the function, " + kind.word() + " at " + kind.defaultMegabytes()
                + " MB, bodies up to 4.4 MB up and down";
    }

    static List<Figure> measure(Tailnet tailnet, FunctionBuild build) throws IOException, InterruptedException {
        try (FunctionMemory function = new FunctionMemory(tailnet, build)) {
            return function.figures();
        }
    }

    private List<Figure> figures() throws IOException, InterruptedException {
        environment.run(
                "sh",
                "-c",
                "sh " + InContainerClasses.FOLDER + "/memory-samples.sh "
                        + build.kind().process() + " " + STOP + " >" + SAMPLES + " 2>" + SAMPLES + ".errors &");
        RuntimeInterfaceEmulator emulator =
                new RuntimeInterfaceEmulator(environment.container().invocations(), Duration.ofSeconds(60));
        try (FunctionUrl url = FunctionUrl.open(0, REGION, AccessKey.LOCAL, emulator)) {
            URI address = URI.create(url.address() + "/body");
            for (int bytes : BODY_BYTES) {
                for (int i = 0; i < ECHOES; i++) {
                    echo(address, bytes);
                }
            }
        }
        environment.run("touch", STOP);
        CgroupMemory kernel = CgroupMemory.of(environment.run("sh", "-c", CgroupMemory.SCRIPT));
        return described(MemorySamples.of(environment.run("cat", SAMPLES)), kernel);
    }

    private List<Figure> described(MemorySamples samples, CgroupMemory kernel) {
        int size = build.kind().defaultMegabytes();
        Figure memory = Figure.atMost(
                what(build.kind()),
                Math.rint(samples.most()),
                Math.floor(SHARE * size * MEBIBYTE / MEGABYTE),
                "MB",
                "Proportional set sizes of runtime, tailscaled and extension together (`/proc/PID/smaps_rollup`: their own "
                        + "memory and the mapped files, pages that they share counted once; no page cache), the maximum "
                        + "of " + samples.samples() + " samples during " + ECHOES
                        + " echoes each of 0 B, 1 KB, 64 KB, 1 MB, "
                        + "3.5 MB and 4.4 MB, which are just under Lambda's 6 MB in base64; each compared byte for byte. Maximum "
                        + "of each alone: runtime " + megabytes(samples.runtime()) + ", tailscaled "
                        + megabytes(samples.daemon()) + ", the extension " + megabytes(samples.extension()) + ".");
        Figure ended = Figure.atMost(
                "Processes of the function that the kernel ended, "
                        + build.kind().word() + " at " + size + " MB",
                (double) kernel.ended(),
                0,
                "processes",
                "In the run above. The kernel holds the container to " + size + " MB and " + EMULATOR_MEGABYTES
                        + " more for the Runtime Interface Emulator (" + megabytes(samples.emulator())
                        + ", not counted above), so a runtime that sizes itself by the memory sees both. The kernel counted at most "
                        + megabytes((double) kernel.peakBytes() / MEGABYTE)
                        + ", including page cache, its own memory and the emulator.");
        return List.of(memory, ended);
    }

    private static String megabytes(double value) {
        return Figure.number(Math.rint(value)) + " MB";
    }

    private void echo(URI address, int bytes) throws IOException, InterruptedException {
        byte[] body = new byte[bytes];
        new Random(1).nextBytes(body);
        Map<String, String> headers = Map.of(
                "ts-target-ip",
                target,
                "ts-target-port",
                Integer.toString(TargetNode.SERVICE_PORT),
                "content-type",
                "application/octet-stream");
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(
                        new SigV4Signer(AccessKey.LOCAL, REGION).request("PUT", address, headers, body),
                        BodyHandlers.ofByteArray());
        if (response.statusCode() != 200 || !Arrays.equals(response.body(), body)) {
            throw new IllegalStateException("the response does not have the right bytes: " + response);
        }
    }

    @Override
    public void close() {
        environment.close();
    }
}
