package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionBuildTest {

    @TempDir
    private Path folder;

    private Path zip(String... entries) throws IOException {
        Path file = folder.resolve("function.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.closeEntry();
            }
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({
        "bootstrap, native, bootstrap",
        "lib/io.quarkus.jar, JVM, java",
        // A wrapper in front of the jars is not what Lambda's managed runtime starts.
        "bootstrap lib/io.quarkus.jar, native, bootstrap"
    })
    void detectsKindAndProcessName(String entries, String word, String process) throws IOException {
        FunctionBuild build = FunctionBuild.of(zip(entries.split(" ", -1)));

        assertThat(build.kind().word()).isEqualTo(word);
        assertThat(build.kind().process()).isEqualTo(process);
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.js", "bin/bootstrap", "bootstrap.sh"})
    void rejectsUnrelatedArchive(String entry) throws IOException {
        Path zip = zip(entry);

        assertThatThrownBy(() -> FunctionBuild.of(zip))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(zip + " holds neither bootstrap nor lib/");
    }

    @Test
    void rejectsCorruptArchiveByAbsolutePath() throws IOException {
        Path text = Files.writeString(folder.resolve("text.zip"), "no zip");

        assertThatThrownBy(() -> FunctionBuild.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(text + " can't be read as a zip");
        assertThatThrownBy(() -> FunctionBuild.of(Path.of("gone.zip")))
                .hasMessageStartingWith(Path.of("gone.zip").toAbsolutePath() + " can't be read");
    }
}
