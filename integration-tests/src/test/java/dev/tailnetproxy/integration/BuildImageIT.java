package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.integration.ChildProcess.ProcessResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code proxy-quarkus/build-image} makes of an archive, or says of it. */
class BuildImageIT {

    private static final boolean ON_ARM = System.getProperty("os.arch").equals("aarch64");
    private static final int X86_64 = 0x3e;
    private static final int AARCH64 = 0xb7;
    private static final int RISCV = 0xf3;
    private static final int OWN = ON_ARM ? AARCH64 : X86_64;
    private static final int OTHER = ON_ARM ? X86_64 : AARCH64;

    @TempDir
    private Path folder;

    private static byte[] elf(int bits, int machine) {
        return ByteBuffer.allocate(64)
                .putInt(0x7f454c46)
                .put((byte) (bits / 32))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(18, (short) machine)
                .array();
    }

    static Stream<Arguments> refused() {
        byte[] text = "#!/bin/sh\nexit 0\n".getBytes(StandardCharsets.US_ASCII);
        byte[] macho = {
            (byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe, 7, 0, 0, 1, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0
        };
        String processors = ON_ARM ? "is for amd64, and the base image" : "is for arm64, and the base image";
        return Stream.of(
                Arguments.of("for the other processor", "bootstrap", elf(64, OTHER), processors),
                Arguments.of("for RISC-V", "bootstrap", elf(64, RISCV), "neither x86_64 nor arm64"),
                Arguments.of("of 32 bits", "bootstrap", elf(32, OWN), "neither x86_64 nor arm64"),
                Arguments.of("for macOS", "bootstrap", macho, "is no Linux executable"),
                Arguments.of("a script", "bootstrap", text, "is no Linux executable"),
                Arguments.of("nothing", "bootstrap", new byte[0], "is no Linux executable"),
                Arguments.of(
                        "the beginning of an executable",
                        "bootstrap",
                        new byte[] {0x7f, 'E'},
                        "is no Linux executable"),
                Arguments.of("another function", "index.js", text, "it is no build of the proxy"),
                Arguments.of("a bootstrap in a folder", "bin/bootstrap", elf(64, OWN), "it is no build of the proxy"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void rejectsUnusableArchive(String name, String entry, byte[] bytes, String said) throws Exception {
        ProcessResult result = buildImage(zip(entry, bytes));

        assertThat(result.errors()).startsWith("build-image: ").contains(said);
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void rejectsMissingOrCorruptArchive() throws Exception {
        Path text = Files.writeString(folder.resolve("text.zip"), "no zip");

        assertThat(buildImage(text).errors()).startsWith("build-image: ").contains("can't be read as a zip");
        assertThat(buildImage(folder.resolve("gone.zip")).errors()).contains("gone.zip is missing; build it with mvn");
    }

    /** In the place of a proxy's native executable, which this machine need not be able to compile: the layer's binary. */
    @Test
    void imageOfNativeArchiveRunsExecutable() throws Exception {
        Path layer = Checkout.FOLDER.resolve("layer/target/tailscale-layer-" + (ON_ARM ? "arm64" : "x86_64") + ".zip");
        byte[] executable;
        try (ZipFile zip = new ZipFile(layer.toFile());
                InputStream in = zip.getInputStream(zip.getEntry("bin/tailscaled"))) {
            executable = in.readAllBytes();
        }

        ProcessResult built = buildImage(zip("bootstrap", executable));
        assertThat(built.status()).as(built.errors()).isZero();
        String image = built.out().strip();
        try {
            ProcessResult run = ChildProcess.run(List.of("docker", "run", "--rm", image, "--version"), Map.of());
            assertThat(run.errors()).isEmpty();
            assertThat(run.out()).contains("1.");
            ProcessResult inspected = ChildProcess.run(
                    List.of("docker", "image", "inspect", image, "--format", "{{json .Config}}"), Map.of());
            assertThat(inspected.out())
                    .contains(
                            "\"User\":\"65532:65532\"",
                            "TS_PROXY_HTTP_PORT=8080",
                            "TS_PROXY_MANAGEMENT_PORT=9000",
                            "\"Entrypoint\":[\"/app/bootstrap\"]");
        } finally {
            ChildProcess.run(List.of("docker", "image", "rm", image), Map.of());
        }
    }

    private static ProcessResult buildImage(Path archive) throws IOException, InterruptedException {
        return ChildProcess.run(
                List.of(Checkout.file("proxy-quarkus/build-image").toString(), archive.toString()), Map.of());
    }

    private Path zip(String entry, byte[] bytes) {
        Path file = folder.resolve("function.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(bytes);
            zip.closeEntry();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return file;
    }
}
