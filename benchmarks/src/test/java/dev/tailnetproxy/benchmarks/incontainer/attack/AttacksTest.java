package dev.tailnetproxy.benchmarks.incontainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AttacksTest {

    private static final AttackTarget TARGET = new AttackTarget("100.64.0.9", 8092);

    private static final String SCRAPE = "GET /q/metrics HTTP/1.1\r\nhost: proxy";

    private static String message(Attack attack, int number) {
        return new String(attack.message(TARGET, number), StandardCharsets.US_ASCII);
    }

    static Stream<Attack> attacks() {
        return Attacks.ALL.stream();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unread-responses  | 0    | GET /large/4000000 HTTP/1.1      |                            | 0",
                "leaving-clients   | 0    | POST /hang HTTP/1.1              | content-length: 60000      | 60000",
                "slow-readers      | 7    | GET /large/4000000 HTTP/1.1      |                            | 0",
                "slow-writers      | 0    | POST /swallow HTTP/1.1           | content-length: 50000000   | 60200",
                "slow-writers      | 1    | POST /swallow HTTP/1.1           | content-length: 61000      | 60200",
                "slow-writers      | 2    | POST /swallow HTTP/1.1           | transfer-encoding: chunked | 60208",
                "many-hosts        | 998  | GET /late/3000 HTTP/1.1         | ts-host: host-998.example  | 0",
                "many-hosts        | 999  | GET / HTTP/1.1                  | ts-https: true             | 0",
                "many-hosts        | 999  | GET / HTTP/1.1                  | ts-host: host-999.example  | 0",
                "many-hosts        | 1000 | GET /late/3000 HTTP/1.1         | ts-host: host-0.example    | 0",
                "http-1.0          | 0    | GET /announce/8000000 HTTP/1.0   |                            | 0",
                "hanging-target    | 0    | GET /hang HTTP/1.1               |                            | 0"
            })
    void clientSendsDescribedRequest(String name, int number, String line, @Nullable String field, int bodyBytes) {
        String[] headerSectionAndBody = message(Attacks.named(name), number).split("\r\n\r\n", 2);

        assertThat(headerSectionAndBody[0].lines().findFirst()).hasValue(line);
        assertThat(headerSectionAndBody[0].lines()).contains(field == null ? "host: proxy" : field);
        assertThat(headerSectionAndBody[1]).hasSize(bodyBytes);
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void requestsPortMessagesNameAttackTarget(Attack attack) {
        if (attack.port() == Attack.Port.REQUESTS) {
            assertThat(message(attack, 0).lines()).contains("ts-target-ip: 100.64.0.9", "ts-target-port: 8092");
        } else {
            assertThat(message(attack, 0)).doesNotContain("ts-");
        }
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void everyAttackHasClientsAndInterval(Attack attack) {
        assertThat(attack.clients()).isPositive();
        assertThat(attack.pause()).isPositive();
        assertThat(attack.connectionLifetime()).isGreaterThan(attack.pause());
        assertThat(attack.maxWriteBytes(0)).isPositive();
        assertThat(attack.description()).isNotBlank().doesNotContain("|", "\n").doesNotEndWith(".");
    }

    @Test
    void pipelinesTwelveThousandScrapesOnThreeConnections() {
        Attack scrapes = new PipelinedScrapes();

        assertThat(scrapes.clients()).isEqualTo(3);
        assertThat(message(scrapes, 0).split("\r\n\r\n", 0)).hasSize(4000).containsOnly(SCRAPE);
    }

    @Test
    void unreadMetricsArePipelinedToo() {
        assertThat(message(new UnreadMetrics(), 0).split("\r\n\r\n", 0))
                .hasSize(300)
                .containsOnly(SCRAPE);
        assertThat(new UnreadMetrics().maxReadBytes()).isZero();
        assertThat(new UnreadResponses().maxReadBytes()).isZero();
    }

    @Test
    void rotatesThousandHosts() {
        Set<String> messages = new HashSet<>();
        IntStream.range(0, 5000).forEach(number -> messages.add(message(new ManyHosts(), number)));

        assertThat(messages).hasSize(1000);
    }

    @Test
    void slowWriterNeverCompletesMessage() {
        SlowWriters slow = new SlowWriters();

        assertThat(message(slow, 0).length() - message(slow, 0).indexOf("\r\n\r\n"))
                .isLessThan(50_000_000);
        assertThat(message(slow, 1).length() - message(slow, 1).indexOf("\r\n\r\n"))
                .isLessThan(61_000);
        assertThat(message(slow, 2)).doesNotContain("\r\n0\r\n");
        assertThat(message(slow, 3)).doesNotContain("\r\n\r\n");
        assertThat(slow.maxWriteBytes(59_000)).isOne();
    }

    @Test
    void namesAreUniqueAndUnknownIsRejected() {
        assertThat(Attacks.names())
                .doesNotHaveDuplicates()
                .allMatch(name -> Attacks.named(name).name().equals(name));
        assertThatThrownBy(() -> Attacks.named("slow-loris"))
                .hasMessageStartingWith("\"slow-loris\" is no attack: give pipelined-metrics, unread-metrics, ");
    }
}
