package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.contract.ForwarderVariables;
import dev.tailnetproxy.contract.QueueVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.proxy.delivery.QueueSettings;
import dev.tailnetproxy.proxy.delivery.QueueUrl;
import java.time.Duration;
import java.util.Optional;

/** Reads whether the forwarder keeps requests in a queue. */
final class QueueReader {

    private static final String QUEUED = QueueVariables.DELIVERY.name() + "=queued";

    private QueueReader() {}

    /** The settings; empty with direct delivery, and when there is a mistake, which the reader keeps. */
    static Optional<QueueSettings> read(EnvironmentReader environment) {
        boolean queued = environment.choice(QueueVariables.DELIVERY).equals("queued");
        if (!environment.isSet(ForwarderVariables.TARGET)) {
            QueueVariables.forOperators()
                    .forEach(variable -> environment.rejectWithoutEffect(variable, ForwarderVariables.TARGET.name()));
            return Optional.empty();
        }
        if (!queued) {
            QueueVariables.forOperators().stream()
                    .filter(variable -> variable != QueueVariables.DELIVERY)
                    .forEach(variable -> environment.rejectWithoutEffect(variable, QUEUED));
            return Optional.empty();
        }
        if (environment.isChanged(ForwarderVariables.RESPONSE)) {
            environment.reject(ForwarderVariables.RESPONSE, "has no effect with " + QUEUED);
        }
        Duration giveUp = Duration.ofSeconds(environment.number(QueueVariables.GIVE_UP_SECONDS));
        QueueSettings.Order order =
                environment.choice(QueueVariables.QUEUE_ORDER).equals("path")
                        ? QueueSettings.Order.PATH
                        : QueueSettings.Order.ALL;
        Optional<QueueUrl> queue = url(environment, QueueVariables.QUEUE_URL);
        Optional<QueueUrl> deadLetters = url(environment, QueueVariables.DEAD_LETTER_QUEUE_URL);
        if (queue.filter(url -> !url.isFifo()).isPresent()) {
            environment.rejectWithoutEffect(QueueVariables.QUEUE_ORDER, "a FIFO queue");
        }
        return queue.flatMap(
                url -> deadLetters.flatMap(deadLetterUrl -> settings(environment, url, deadLetterUrl, order, giveUp)));
    }

    private static Optional<QueueSettings> settings(
            EnvironmentReader environment,
            QueueUrl queue,
            QueueUrl deadLetters,
            QueueSettings.Order order,
            Duration giveUp) {
        try {
            return Optional.of(new QueueSettings(queue, deadLetters, order, giveUp));
        } catch (IllegalArgumentException e) {
            environment.reject(
                    QueueVariables.DEAD_LETTER_QUEUE_URL,
                    "does not fit " + QueueVariables.QUEUE_URL.name() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<QueueUrl> url(EnvironmentReader environment, Variable.Text variable) {
        if (!environment.isSet(variable)) {
            environment.reject(variable, "is needed with " + QUEUED + ", but is not set");
            return Optional.empty();
        }
        try {
            return Optional.of(QueueUrl.parse(environment.text(variable)));
        } catch (IllegalArgumentException e) {
            environment.reject(variable, "is not valid: " + e.getMessage());
            return Optional.empty();
        }
    }
}
