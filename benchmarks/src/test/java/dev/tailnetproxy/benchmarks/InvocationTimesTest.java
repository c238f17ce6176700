package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.benchmarks.incontainer.FunctionPayload;
import org.junit.jupiter.api.Test;

class InvocationTimesTest {

    @Test
    void parsesLineOfTimer() {
        InvocationTimes times =
                InvocationTimes.of("invocation GET 720000 2050000").orElseThrow();

        assertThat(times).isEqualTo(new InvocationTimes(FunctionPayload.GET, 0.72, 2.05));
        assertThat(times.sentence()).isEqualTo("2.05 ms, and straight through SOCKS5 beside it 0.72 ms.");
    }

    @Test
    void ignoresOtherLines() {
        assertThat(InvocationTimes.of("Picked up JAVA_TOOL_OPTIONS: -Xmx1g")).isEmpty();
    }
}
