package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void reportShowsMetMissedAndNotMeasured() {
        String page = FigureReport.of(List.of(
                Figure.atMost("Small", 1, 2, "MB", "Weighed."),
                Figure.atMost("Large", 3, 2, "MB", "Weighed."),
                Figure.notMeasured("Absent", "nobody has one")));

        assertThat(page)
                .contains(
                        "| Small | 1 MB | at most 2 MB | met |",
                        "| Large | 3 MB | at most 2 MB | **missed** |",
                        "| Absent | not measured |  |  |",
                        "- Absent: Not measured, because nobody has one.");
    }

    @Test
    void unmeasuredFigureMissesNoTarget() {
        assertThat(Figure.notMeasured("Absent", "nobody has one").met()).isTrue();
    }
}
