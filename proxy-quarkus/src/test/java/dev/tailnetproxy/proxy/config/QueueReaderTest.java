package dev.tailnetproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.contract.QueueVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.environment.InvalidSetting;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.delivery.QueueSettings;
import dev.tailnetproxy.proxy.support.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The variables of queued delivery: defaults, and every mistake at start. */
class QueueReaderTest {

    private static final String SQS = "https://sqs.eu-central-1.amazonaws.com/123456789012/";

    private static Settings with(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        variables.put("TS_FORWARDER_TARGET", "https://hooks/base");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Settings.of(TestConfig.of(variables));
    }

    private static QueueSettings queued(String queue, String deadLetters, String... more) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "TS_FORWARDER_TARGET",
                "https://hooks/base",
                "TS_FORWARDER_DELIVERY",
                "queued",
                "TS_FORWARDER_QUEUE_URL",
                queue,
                "TS_FORWARDER_DEAD_LETTER_QUEUE_URL",
                deadLetters));
        for (int i = 0; i < more.length; i += 2) {
            variables.put("TS_FORWARDER_" + more[i], more[i + 1]);
        }
        return Settings.of(TestConfig.of(variables)).queue().orElseThrow();
    }

    @Test
    void deliveryIsDirectByDefault() {
        assertThat(with().queue()).isEmpty();
        assertThat(with("TS_FORWARDER_DELIVERY", "direct").queue()).isEmpty();
    }

    @Test
    void everyVariableMayHaveItsDefault() {
        Map<String, String> defaults = QueueVariables.forOperators().stream()
                .filter(variable -> !variable.defaultValue().isEmpty())
                .collect(Collectors.toMap(Variable::name, Variable::defaultValue));

        assertThat(Settings.of(TestConfig.of(defaults))).isEqualTo(Settings.of(TestConfig.of(Map.of())));
    }

    @Test
    void readsQueues() {
        QueueSettings settings = queued(SQS + "hooks", SQS + "hooks-dead");

        assertThat(settings.queue().text()).isEqualTo(SQS + "hooks");
        assertThat(settings.deadLetters().name()).isEqualTo("hooks-dead");
        assertThat(settings.giveUp()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.order()).isEqualTo(QueueSettings.Order.ALL);
    }

    @Test
    void readsOrderOfFifoQueue() {
        QueueSettings settings =
                queued(SQS + "a.fifo", SQS + "b.fifo", "QUEUE_ORDER", "path", "GIVE_UP_SECONDS", "604800");

        assertThat(settings.queue().isFifo()).isTrue();
        assertThat(settings.order()).isEqualTo(QueueSettings.Order.PATH);
        assertThat(settings.giveUp()).isEqualTo(Duration.ofDays(7));
    }

    @ParameterizedTest
    @CsvSource({
        "https://sqs.eu-central-1.amazonaws.com/123456789012/hooks",
        "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/hooks_2",
        "https://queue.amazonaws.com/123456789012/hooks",
        "http://127.0.0.1:9324/000000000000/hooks",
        "http://[::1]:4566/queue/eu-central-1/000000000000/hooks.fifo",
    })
    void acceptsUrlsOfQueues(String url) {
        String deadLetters = SQS + (url.endsWith(".fifo") ? "dead.fifo" : "dead");

        assertThat(queued(url, deadLetters).queue().text()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:sqs:eu-central-1:123456789012:hooks",
        "hooks",
        "https://sqs.eu-central-1.amazonaws.com/123456789012/",
        "https://sqs.eu-central-1.amazonaws.com/12345678901/hooks",
        "https://sqs.eu-central-1.amazonaws.com/123456789012/hooks?a=b",
        "https://sqs.eu-central-1.amazonaws.com/123456789012/hooks.txt",
        "https://user@sqs.eu-central-1.amazonaws.com/123456789012/hooks",
        "file:///123456789012/hooks",
    })
    void refusesOtherUrls(String url) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> queued(url, SQS + "dead"))
                .satisfies(e -> assertThat(e.settings())
                        .singleElement()
                        .extracting(InvalidSetting::variable)
                        .isEqualTo("TS_FORWARDER_QUEUE_URL"));
    }

    @ParameterizedTest
    @CsvSource({
        "hooks.fifo, dead, either both queues are FIFO queues",
        "hooks, dead.fifo, either both queues are FIFO queues",
        "hooks, hooks, dead letters would be delivered again",
    })
    void queuesFitEachOther(String queue, String deadLetters, String why) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> queued(SQS + queue, SQS + deadLetters))
                .withMessageContaining("TS_FORWARDER_DEAD_LETTER_QUEUE_URL")
                .withMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "TS_FORWARDER_QUEUE_URL, https://sqs.eu-central-1.amazonaws.com/123456789012/hooks",
        "TS_FORWARDER_DEAD_LETTER_QUEUE_URL, https://sqs.eu-central-1.amazonaws.com/123456789012/hooks",
        "TS_FORWARDER_QUEUE_ORDER, path",
        "TS_FORWARDER_GIVE_UP_SECONDS, 3600",
    })
    void variableWithoutEffectIsRefused(String name, String value) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with(name, value))
                .withMessageContaining(name)
                .withMessageContaining("has no effect without TS_FORWARDER_DELIVERY=queued");
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> Settings.of(TestConfig.of(Map.of(name, value))))
                .withMessageContaining("has no effect without TS_FORWARDER_TARGET");
    }

    @ParameterizedTest
    @CsvSource({
        "RESPONSE, full, has no effect with TS_FORWARDER_DELIVERY=queued",
        "QUEUE_ORDER, path, has no effect without a FIFO queue",
        "GIVE_UP_SECONDS, 59, must be",
        "GIVE_UP_SECONDS, 604801, must be",
    })
    void mistakeBesideQueuedIsRefused(String name, String value, String why) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> queued(SQS + "hooks", SQS + "dead", name, value))
                .withMessageContaining("TS_FORWARDER_" + name)
                .withMessageContaining(why);
    }

    @Test
    void queuedNeedsBothQueues() {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> with("TS_FORWARDER_DELIVERY", "queued"))
                .satisfies(e -> assertThat(e.settings())
                        .extracting(InvalidSetting::variable)
                        .isEqualTo(List.of("TS_FORWARDER_QUEUE_URL", "TS_FORWARDER_DEAD_LETTER_QUEUE_URL")));
    }

    /** A wrong row is replaced by the one that the failure shows. */
    @Test
    void contractListsAllVariables() throws IOException {
        String page = Files.readString(Path.of("../docs/contract.md"));
        List<String> rows = page.substring(
                        page.indexOf("### Variables of queued delivery"), page.indexOf("## Sender verification\n"))
                .lines()
                .filter(line -> line.startsWith("| `TS_"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(QueueVariables.forOperators().stream()
                        .map(variable -> "| `" + variable.name() + "` | "
                                + (variable.defaultValue().isEmpty() ? "empty" : variable.defaultValue()) + " | "
                                + variable.values() + " | " + variable.description() + " |")
                        .toList());
    }
}
