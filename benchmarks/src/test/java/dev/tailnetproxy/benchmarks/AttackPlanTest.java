package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.benchmarks.incontainer.attack.Attacks;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttackPlanTest {

    private static final Path FOLDER = Path.of("/home/somebody");

    @Test
    void defaultsToAllAttacksAndWritesReport() {
        BenchmarkOptions attack = BenchmarkOptions.of(FOLDER, "attack");

        assertThat(attack.attacks()).isEqualTo(new AttackPlan(Attacks.ALL, 60));
        assertThat(attack.hasAllAttacks()).isTrue();
        assertThat(attack.isComplete()).isFalse();
        assertThat(BenchmarkOptions.of(FOLDER).hasAllAttacks()).isTrue();
        assertThat(BenchmarkOptions.of(FOLDER, "memory").hasAllAttacks()).isFalse();
    }

    @Test
    void partialAttacksWriteNoReport() {
        BenchmarkOptions few = BenchmarkOptions.of(FOLDER, "attack", "--attack", "http-1.0", "--attack", "many-hosts");

        assertThat(few.attacks().attacks()).isEqualTo(List.of(Attacks.named("http-1.0"), Attacks.named("many-hosts")));
        assertThat(few.attacks().seconds()).isEqualTo(60);
        assertThat(few.hasAllAttacks()).isFalse();
        assertThat(BenchmarkOptions.of(FOLDER, "attack", "--seconds", "5").hasAllAttacks())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--attack | slow-loris | \"slow-loris\" is no attack: give ",
                "--seconds | 0 | an attack takes 1 to 600 seconds, not 0",
                "--seconds | 601 | an attack takes 1 to 600 seconds, not 601",
                "--seconds | -5 | \"-5\" is no number of seconds",
                "--seconds | 5s | \"5s\" is no number of seconds",
                "--seconds | 99999999999 | \"99999999999\" is no number of seconds"
            })
    void rejectsInvalidArguments(String option, String value, String message) {
        assertThatThrownBy(() -> BenchmarkOptions.of(FOLDER, "attack", option, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
