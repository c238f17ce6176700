package dev.tailnetproxy.proxy.tailnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The extension's state file, as far as it is there. */
class ExtensionStateTest {

    @TempDir
    Path dir;

    /** What is missing, or is something else than it should be, does not take the rest away. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"since\":\"2026-01-01T00:00:00.123456789Z\",\"attempts\":3,\"definite\":true;"
                        + "2026-01-01T00:00:00.123456789Z;3;true",
                "\"since\":\"2026-01-01T01:00:00+01:00\",\"attempts\":4000000000;2026-01-01T00:00:00Z;4000000000;false",
                "\"attempts\":0;;0;false",
                "\"since\":\"yesterday\",\"attempts\":\"many\",\"definite\":\"yes\";;0;false",
                "\"since\":5,\"attempts\":null,\"definite\":null;;0;false"
            })
    void readsIncompleteProblem(String members, String since, long attempts, boolean definite) throws Exception {
        Path file = dir.resolve("state.json");
        Files.writeString(file, "{\"problem\":{\"code\":\"KeyRejected\",\"message\":\"No.\"," + members + "}}");

        ExtensionState.Problem problem =
                ExtensionState.read(file).flatMap(ExtensionState::problem).orElseThrow();

        assertThat(problem.reason()).isEqualTo("KeyRejected: No.");
        assertThat(problem.details().getString("since")).isEqualTo(since);
        assertThat(problem.attempts()).isEqualTo(attempts);
        assertThat(problem.definite()).isEqualTo(definite);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"problem\":1}", "{\"phase\":1,\"problem\":{}}", "\u0000"})
    void invalidStateFileIsIgnored(String content) throws Exception {
        Path file = dir.resolve("state.json");
        Files.writeString(file, content);

        assertThat(ExtensionState.read(file)
                        .flatMap(ExtensionState::problem)
                        .map(ExtensionState.Problem::message)
                        .orElse(""))
                .isEmpty();
        assertThat(ExtensionState.read(dir.resolve("none"))).isEmpty();
    }
}
