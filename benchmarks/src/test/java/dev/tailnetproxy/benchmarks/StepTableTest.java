package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.benchmarks.incontainer.FunctionPayload;
import dev.tailnetproxy.benchmarks.incontainer.FunctionStep;
import org.junit.jupiter.api.Test;

class StepTableTest {

    private static StepTable table(long nanosOfEachStep, long nanosOfFunction) {
        StepTable table = new StepTable();
        for (FunctionPayload payload : FunctionPayload.values()) {
            for (FunctionStep step : FunctionStep.values()) {
                table.add(step, payload, step == FunctionStep.FUNCTION ? nanosOfFunction : nanosOfEachStep);
            }
        }
        return table;
    }

    @Test
    void restIsWhatNoStepAccountsFor() {
        assertThat(table(1_000, 10_000).toString())
                .contains("| µs, median | 1 KB GET | 1 MB response | 1 MB request |\n")
                .contains("| the function, event to response | 10 | 10 | 10 |\n")
                .endsWith("| the rest: Vert.x and Netty beyond the exchange by hand | 3 | 3 | 3 |\n");
    }

    @Test
    void base64OfTheResponseIsWhatABodyAdds() {
        StepTable table = table(1_000, 10_000);
        table.add(FunctionStep.RESPONSE_JSON, FunctionPayload.RESPONSE, 1_500_000);

        assertThat(table.toString()).contains("| of that: its base64 | 0 | 1499 | 0 |\n");
    }

    @Test
    void aStepThatWasNotMeasuredIsNamed() {
        StepTable table = new StepTable();
        table.add(FunctionStep.FUNCTION, FunctionPayload.GET, 1);

        assertThatThrownBy(table::toString).hasMessage("RESPONSE");
    }
}
