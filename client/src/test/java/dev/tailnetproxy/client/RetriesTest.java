package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RetriesTest {

    private static final Duration MUCH = Duration.ofMinutes(1);
    /** Always the longest pause that the policy allows. */
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return -1;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(proxy("TailnetUnavailable", 503, 2), "POST", true),
                Arguments.of(proxy("TailnetUnavailable", 500, 2), "POST", true),
                Arguments.of(proxy("TailnetUnavailable", 503, 0), "POST", false),
                Arguments.of(proxy("Overloaded", 503, 1), "POST", true),
                Arguments.of(proxy("Overloaded", 500, 1), "PATCH", true),
                Arguments.of(proxy("Overloaded", 503, 0), "GET", false),
                Arguments.of(proxy("NoTailnetRoute", 502, 2), "GET", false),
                Arguments.of(proxy("ConnectionRefused", 502, 0), "GET", false),
                Arguments.of(proxy("ConnectionReset", 502, 0), "GET", false),
                Arguments.of(proxy("Timeout", 504, 2), "GET", false),
                Arguments.of(lambda(429), "POST", true),
                Arguments.of(lambda(403), "GET", false),
                Arguments.of(lambda(502), "GET", false),
                Arguments.of(new ConnectException("refused"), "POST", true),
                Arguments.of(new HttpConnectTimeoutException("connecting"), "POST", true),
                Arguments.of(new HttpTimeoutException("timeToResponse"), "GET", false),
                Arguments.of(new SSLHandshakeException("certificate"), "GET", false),
                Arguments.of(new EOFException("no bytes"), "GET", false),
                Arguments.of(new IOException("reset"), "GET", false),
                Arguments.of(new IllegalStateException("a bug"), "GET", false));
    }

    @ParameterizedTest(name = "{1} after {0}: {2}")
    @MethodSource("failures")
    void retriesOnlyUnsentRequests(Throwable failure, String method, boolean again) {
        RetryDecider retries = new RetryDecider(RetryPolicy.standard(), LONGEST);

        assertThat(retries.pauseAfter(method, 1, failure, MUCH).isPresent()).isEqualTo(again);
    }

    @ParameterizedTest
    @CsvSource({"GET, true", "PUT, true", "DELETE, true", "HEAD, true", "POST, false", "PATCH, false"})
    void optInRetriesIdempotentMethodsOnly(String method, boolean again) {
        RetryDecider retries = new RetryDecider(RetryPolicy.standard().alsoOn(ProxyError.CONNECTION_RESET), LONGEST);

        assertThat(retries.pauseAfter(method, 1, proxy("ConnectionReset", 502, 0), MUCH)
                        .isPresent())
                .isEqualTo(again);
    }

    @ParameterizedTest
    @CsvSource({"1, 200", "2, 400", "3, 800", "4, 1600", "5, 3200", "6, 5000", "60, 5000", "2000, 5000"})
    void delayGrowsToMaximum(int attempts, long millis) {
        RetryPolicy patient = new RetryPolicy(9999, Duration.ofMillis(200), Duration.ofSeconds(5), MUCH, Set.of());

        assertThat(new RetryDecider(patient, LONGEST).pauseAfter("GET", attempts, new ConnectException(), MUCH))
                .contains(Duration.ofMillis(millis));
    }

    @Test
    void addsJitterToRetryAfter() {
        RetryDecider retries = new RetryDecider(RetryPolicy.standard(), LONGEST);

        assertThat(retries.pauseAfter("GET", 1, proxy("TailnetUnavailable", 503, 3), MUCH))
                .contains(Duration.ofMillis(3200));
    }

    @Test
    void doesNotDelayPastDeadline() {
        RetryDecider retries = new RetryDecider(RetryPolicy.standard(), LONGEST);

        assertThat(retries.pauseAfter("GET", 1, proxy("TailnetUnavailable", 503, 3), Duration.ofMillis(3200)))
                .isEmpty();
        assertThat(retries.pauseAfter("GET", 1, proxy("TailnetUnavailable", 503, 3), Duration.ofMillis(3201)))
                .isPresent();
    }

    @Test
    void countsTheFirstAttempt() {
        RetryDecider retries = new RetryDecider(RetryPolicy.standard(), LONGEST);

        assertThat(retries.pauseAfter("GET", 3, new ConnectException(), MUCH)).isPresent();
        assertThat(retries.pauseAfter("GET", 4, new ConnectException(), MUCH)).isEmpty();
        assertThat(new RetryDecider(RetryPolicy.never(), LONGEST).pauseAfter("GET", 1, new ConnectException(), MUCH))
                .isEmpty();
    }

    @Test
    void rejectsInvalidPolicies() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(0, second, second, second, Set.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(1, second.negated(), second, second, Set.of()));
    }

    private static ProxyException proxy(String name, int status, int retryAfterSeconds) {
        return new ProxyException(
                name,
                "",
                status,
                retryAfterSeconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(retryAfterSeconds)));
    }

    private static FunctionUrlException lambda(int status) {
        return new FunctionUrlException("SomeException", "", status, Optional.empty());
    }
}
