package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkOptionsTest {

    private static final Path FOLDER = Path.of("/home/somebody");

    @Test
    void withoutArgumentsEverythingIsMeasured() {
        BenchmarkOptions all = BenchmarkOptions.of(FOLDER);

        assertThat(all.isComplete()).isTrue();
        assertThat(BenchmarkOptions.PARTS).allMatch(all::includes);
        assertThat(all.functions()).isEmpty();
    }

    @Test
    void parsesPartsAndArchives() {
        BenchmarkOptions some =
                BenchmarkOptions.of(FOLDER, "--function", "native.zip", "memory", "--function", "/other.zip");

        assertThat(some.isComplete()).isFalse();
        assertThat(some.includes("memory")).isTrue();
        assertThat(some.includes("proxy")).isFalse();
        assertThat(some.functions()).containsExactly(Path.of("/home/somebody/native.zip"), Path.of("/other.zip"));
    }

    @Test
    void somePartsNeedNoUsualTailnet() {
        assertThat(BenchmarkOptions.of(FOLDER, "function").needsTailnet()).isFalse();
        assertThat(BenchmarkOptions.of(FOLDER, "joins").needsTailnet()).isFalse();
        assertThat(BenchmarkOptions.of(FOLDER, "joins", "memory").needsTailnet())
                .isTrue();
        assertThat(BenchmarkOptions.of(FOLDER).needsTailnet()).isTrue();
    }

    @Test
    void additionalArchiveIsStillComplete() {
        assertThat(BenchmarkOptions.of(FOLDER, "--function", "native.zip").isComplete())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memroy | \"memroy\" is nothing to measure: give attack, extension, first, forward, function, invocation,"
                        + " joins, load, memory, proxy, short, or",
                "--help | \"--help\" is nothing to measure",
                "--function | --function has no archive behind it",
                "--attack | --attack has no name behind it",
                "--seconds | --seconds has no number behind it"
            })
    void rejectsInvalidArguments(String argument, String message) {
        assertThatThrownBy(() -> BenchmarkOptions.of(FOLDER, argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
