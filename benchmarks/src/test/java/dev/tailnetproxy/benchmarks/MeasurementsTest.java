package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasurementsTest {

    private static final Path FOLDER = Path.of("/home/somebody");

    @Test
    void withoutArgumentsEverythingIsMeasured() {
        Measurements all = Measurements.of(FOLDER);

        assertThat(all.isEverything()).isTrue();
        assertThat(Measurements.PARTS).allMatch(all::has);
        assertThat(all.functions()).isEmpty();
    }

    @Test
    void partsAndArchivesAreNamed() {
        Measurements some = Measurements.of(FOLDER, "--function", "native.zip", "memory", "--function", "/other.zip");

        assertThat(some.isEverything()).isFalse();
        assertThat(some.has("memory")).isTrue();
        assertThat(some.has("proxy")).isFalse();
        assertThat(some.functions()).containsExactly(Path.of("/home/somebody/native.zip"), Path.of("/other.zip"));
    }

    @Test
    void anArchiveMoreIsStillEverything() {
        assertThat(Measurements.of(FOLDER, "--function", "native.zip").isEverything())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memroy | \"memroy\" is nothing to measure: give attack, extension, first, memory, proxy",
                "--help | \"--help\" is nothing to measure",
                "--function | --function has no archive behind it",
                "--attack | --attack has no name behind it",
                "--seconds | --seconds has no number behind it"
            })
    void anythingElseIsRefused(String argument, String said) {
        assertThatThrownBy(() -> Measurements.of(FOLDER, argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(said);
    }
}
