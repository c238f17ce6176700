package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.cdk.support.TestArchives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.services.lambda.Architecture;

class FunctionArchiveTest {

    @TempDir
    private Path folder;

    private TestArchives archives;

    @BeforeEach
    void archives() {
        archives = new TestArchives(folder);
    }

    @Test
    void detectsRuntimeAndArchitecture() {
        FunctionArchive jvm = FunctionArchive.of(archives.jvm());
        FunctionArchive intel = FunctionArchive.of(archives.nativeFor(TestArchives.ELF_X86_64));
        FunctionArchive arm = FunctionArchive.of(archives.nativeFor(TestArchives.ELF_AARCH64));

        assertThat(jvm.runtime()).isEqualTo(JavaRuntime.JVM);
        assertThat(jvm.architectureFor(Optional.empty()).getName()).isEqualTo("x86_64");
        assertThat(jvm.architectureFor(Optional.of(Architecture.ARM_64)).getName())
                .isEqualTo("arm64");
        assertThat(intel.runtime()).isEqualTo(JavaRuntime.NATIVE);
        assertThat(intel.architectureFor(Optional.empty()).getName()).isEqualTo("x86_64");
        assertThat(arm.runtimeFor(Optional.of(JavaRuntime.NATIVE))).isEqualTo(JavaRuntime.NATIVE);
        assertThat(arm.architectureFor(Optional.empty()).getName()).isEqualTo("arm64");
    }

    @Test
    void rejectsMismatchedBuild() {
        FunctionArchive jvm = FunctionArchive.of(archives.jvm());
        FunctionArchive arm = FunctionArchive.of(archives.nativeFor(TestArchives.ELF_AARCH64));

        assertThatThrownBy(() -> jvm.runtimeFor(Optional.of(JavaRuntime.NATIVE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("runtime is NATIVE, but ")
                .hasMessageEndingWith(
                        "is built for JVM: build it with mvn package -Pnative, or leave runtime out to deploy "
                                + "what is there");
        assertThatThrownBy(() -> arm.architectureFor(Optional.of(Architecture.X86_64)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("architecture is x86_64, but the executable in ")
                .hasMessageContaining("is for arm64");
    }

    @Test
    void rejectsUnrelatedArchives() throws IOException {
        Path text = Files.writeString(folder.resolve("text.zip"), "not a zip", StandardCharsets.UTF_8);

        assertRefused(folder.resolve("missing.zip").toString(), "there is no file", "build it with mvn package");
        assertRefused("gone.zip", "there is no file " + Path.of("gone.zip").toAbsolutePath());
        assertRefused(folder.toString(), "there is no file");
        assertRefused(text.toString(), "can't be read as a zip");
        assertRefused(archives.zip("other.zip", "index.js", new byte[] {1}), "neither a native executable", "nor jars");
        assertRefused(archives.executable("short.zip", new byte[] {0x7f, 'E'}), "is no Linux executable");
        assertRefused(
                archives.executable("mac.zip", new byte[] {
                    (byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe, 7, 0, 0, 1, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0
                }),
                "is no Linux executable");
        assertRefused(archives.nativeFor(TestArchives.ELF_RISCV), "a processor that Lambda does not have");
    }

    private static void assertRefused(String file, String... message) {
        assertThatThrownBy(() -> FunctionArchive.of(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("functionArchive: ")
                .hasMessageContainingAll(message);
    }
}
