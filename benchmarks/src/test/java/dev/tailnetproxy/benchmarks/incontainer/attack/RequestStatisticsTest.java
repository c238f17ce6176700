package dev.tailnetproxy.benchmarks.incontainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.benchmarks.incontainer.attack.RequestStatistics.TimedRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestStatisticsTest {

    private static List<TimedRequest> good(int count) {
        List<TimedRequest> exchanges = new ArrayList<>(IntStream.rangeClosed(1, count)
                .mapToObj(micros -> new TimedRequest(micros, ""))
                .toList());
        Collections.shuffle(exchanges, new Random(1));
        return exchanges;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "50, 50", "99, 99", "100, 99", "101, 100", "600, 594"})
    void percentileIsMeasuredValue(int count, long p99) {
        assertThat(RequestStatistics.of(good(count)).p99Micros()).isEqualTo(p99);
    }

    @Test
    void failedRequestsAreCountedNotTimed() {
        List<TimedRequest> exchanges = good(10);
        exchanges.add(new TimedRequest(5_000_000, "Read timed out"));
        exchanges.add(new TimedRequest(4_000_000, "the response is HTTP/1.1 503 Service Unavailable"));

        RequestStatistics responses = RequestStatistics.of(exchanges);

        assertThat(responses)
                .isEqualTo(new RequestStatistics(12, 10, 10, "the response is HTTP/1.1 503 Service Unavailable"));
        assertThat(responses.complete()).isFalse();
    }

    @Test
    void emptyResultIsNotComplete() {
        assertThat(RequestStatistics.of(good(3)).complete()).isTrue();
        assertThat(RequestStatistics.of(List.of()).complete()).isFalse();
        assertThat(RequestStatistics.of(List.of(new TimedRequest(1, "refused"))).p99Micros())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection refused", "two\nlines"})
    void formatsAndParsesLine(String failure) {
        RequestStatistics responses = new RequestStatistics(600, 598, 12_345, failure);

        assertThat(RequestStatistics.of(responses.line("honest")))
                .isEqualTo(new RequestStatistics(600, 598, 12_345, failure.replace('\n', ' ')));
        assertThat(responses.line("honest")).doesNotContain("\n");
    }

    @Test
    void rejectsMalformedLine() {
        assertThatThrownBy(() -> RequestStatistics.of("honest 600")).hasMessage("no line of a client: honest 600");
        assertThatThrownBy(() -> new RequestStatistics(1, 2, 0, "")).hasMessage("2 responses to 1 requests");
    }
}
