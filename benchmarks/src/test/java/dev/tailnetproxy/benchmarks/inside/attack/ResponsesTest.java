package dev.tailnetproxy.benchmarks.inside.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.benchmarks.inside.attack.Responses.Exchange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponsesTest {

    private static List<Exchange> good(int count) {
        List<Exchange> exchanges = new ArrayList<>(IntStream.rangeClosed(1, count)
                .mapToObj(micros -> new Exchange(micros, ""))
                .toList());
        Collections.shuffle(exchanges, new Random(1));
        return exchanges;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "50, 50", "99, 99", "100, 99", "101, 100", "600, 594"})
    void the99thPercentileIsAValueThatWasMeasured(int count, long p99) {
        assertThat(Responses.of(good(count)).p99Micros()).isEqualTo(p99);
    }

    @Test
    void whatFailedIsCountedAndNotTimed() {
        List<Exchange> exchanges = good(10);
        exchanges.add(new Exchange(5_000_000, "Read timed out"));
        exchanges.add(new Exchange(4_000_000, "the response is HTTP/1.1 503 Service Unavailable"));

        Responses responses = Responses.of(exchanges);

        assertThat(responses).isEqualTo(new Responses(12, 10, 10, "the response is HTTP/1.1 503 Service Unavailable"));
        assertThat(responses.complete()).isFalse();
    }

    @Test
    void onlyWhatWasSentCanBeComplete() {
        assertThat(Responses.of(good(3)).complete()).isTrue();
        assertThat(Responses.of(List.of()).complete()).isFalse();
        assertThat(Responses.of(List.of(new Exchange(1, "refused"))).p99Micros())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection refused", "two\nlines"})
    void goesThroughALine(String failure) {
        Responses responses = new Responses(600, 598, 12_345, failure);

        assertThat(Responses.of(responses.line("honest")))
                .isEqualTo(new Responses(600, 598, 12_345, failure.replace('\n', ' ')));
        assertThat(responses.line("honest")).doesNotContain("\n");
    }

    @Test
    void anotherLineIsRefused() {
        assertThatThrownBy(() -> Responses.of("honest 600")).hasMessage("no line of a client: honest 600");
        assertThatThrownBy(() -> new Responses(1, 2, 0, "")).hasMessage("2 responses to 1 requests");
    }
}
