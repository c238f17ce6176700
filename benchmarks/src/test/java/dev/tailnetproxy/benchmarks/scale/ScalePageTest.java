package dev.tailnetproxy.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The results of docs/scale.md follow from its inputs. */
class ScalePageTest {

    @Test
    void resultsFollowFromInputs() throws IOException {
        String page = Files.readString(Path.of("../docs/scale.md"));

        for (String table : new ScaleTables(ScaleInputs.of(page)).all()) {
            assertThat(page).contains(table);
        }
    }

    @Test
    void rejectsInputThatIsThereTwice() {
        String page = "| Cluster | 0.1 | $ | here |\n| Cluster | 0.2 | $ | there |\n";

        assertThatThrownBy(() -> ScaleInputs.of(page)).hasMessage("the input is there twice: Cluster");
    }

    @Test
    void namesMissingInput() {
        assertThatThrownBy(() -> ScaleInputs.of("no table").get("Cluster")).hasMessage("there is no input Cluster");
    }
}
