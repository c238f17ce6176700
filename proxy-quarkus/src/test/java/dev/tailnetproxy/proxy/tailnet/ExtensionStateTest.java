package dev.tailnetproxy.proxy.tailnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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

    private List<ForwardState> forwards(String json) throws Exception {
        Path file = dir.resolve("state.json");
        Files.writeString(file, "{\"schema\":1,\"phase\":\"running\"" + json + "}");
        return ExtensionState.read(file).map(ExtensionState::forwards).orElseThrow();
    }

    @Test
    void readsForwards() throws Exception {
        assertThat(
                        forwards(
                                """
                                ,"forwards":[
                                {"address":"127.0.0.1:5432","target":"db:5432","open":1,"dials":12,"failures":2,"lastError":
                                {"cause":"ConnectionRefused","message":"It refuses.","at":"2026-01-01T00:00:05Z"}},
                                {"address":"[::1]:6379","target":"100.64.0.7:6379","open":0,"dials":0,"failures":0,
                                "lastError":null}]
                                """))
                .containsExactly(
                        new ForwardState(
                                "127.0.0.1:5432",
                                "db:5432",
                                1,
                                12,
                                2,
                                Optional.of(new ForwardState.LastError(
                                        "ConnectionRefused",
                                        "It refuses.",
                                        Optional.of(Instant.parse("2026-01-01T00:00:05Z"))))),
                        new ForwardState("[::1]:6379", "100.64.0.7:6379", 0, 0, 0, Optional.empty()));
    }

    /** An older layer writes no list, and what is no list is none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"forwards\":null",
                ",\"forwards\":[]",
                ",\"forwards\":{}",
                ",\"forwards\":\"db\"",
                ",\"forwards\":[null,1,\"a\",[],{}]",
                ",\"forwards\":[{\"address\":\"127.0.0.1:1\"},{\"target\":\"db:1\"}]",
                ",\"forwards\":[{\"address\":5432,\"target\":\"db:1\"}]",
                ",\"forwards\":[{\"address\":\" \\n\",\"target\":\"db:1\"}]"
            })
    void whatIsNoForwardIsLeftOut(String json) throws Exception {
        assertThat(forwards(json)).isEmpty();
    }

    /** What is missing of a forward, or is something else than it should be, does not take the rest away. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"open\":-1;0;",
                "\"open\":\"many\";0;",
                "\"open\":4000000000,\"lastError\":1;4000000000;",
                "\"open\":1,\"lastError\":{};1;",
                "\"open\":1,\"lastError\":{\"cause\":5};1;",
                "\"lastError\":{\"cause\":\"Timeout\"};0;Timeout",
                "\"lastError\":{\"cause\":\"Time\\r\\nout\",\"message\":[],\"at\":\"yesterday\"};0;Time  out"
            })
    void readsIncompleteForward(String members, long open, String cause) throws Exception {
        ForwardState forward = forwards(
                        ",\"forwards\":[1,{\"address\":\"127.0.0.1:1\",\"target\":\"db:1\"," + members + "}]")
                .get(0);

        assertThat(forward.open()).isEqualTo(open);
        assertThat(forward.lastError().map(ForwardState.LastError::cause).orElse(null))
                .isEqualTo(cause);
        assertThat(forward.json().getString("target")).isEqualTo("db:1");
    }

    @Test
    void listWithoutEndIsCutOff() throws Exception {
        String many = "{\"address\":\"127.0.0.1:1\",\"target\":\"db:1\"},".repeat(1000);

        assertThat(forwards(",\"forwards\":[" + many + "{}]")).hasSize(100);
    }
}
