package dev.tailnetproxy.client.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;

/** Shows what a webhook forwarder has not delivered, and puts it back into its queue. */
@Command(
        name = "tailnet-proxy-client dead-letters",
        mixinStandardHelpOptions = true,
        versionProvider = RequestCommand.Version.class,
        subcommandsRepeatable = false,
        description = "Shows what a webhook forwarder has not delivered, and puts it back into its queue.",
        footer = {
            "",
            "Credentials and region come from the AWS SDK's default chain, never from here.",
            "Exit status: 0 done, 1 usage, 4 SQS did not do it."
        })
final class DeadLettersCommand {

    /** The first word of the command line, which is no path. */
    static final String NAME = "dead-letters";

    private final PrintWriter out;
    private final PrintWriter errors;
    private final Supplier<DeadLetterQueue> queues;
    private final Clock clock;

    private DeadLettersCommand(PrintWriter out, PrintWriter errors, Supplier<DeadLetterQueue> queues, Clock clock) {
        this.out = out;
        this.errors = errors;
        this.queues = queues;
        this.clock = clock;
    }

    /** Runs one command line, without its first word, and gives the process's exit status. */
    static int run(
            OutputStream out, PrintWriter errors, Supplier<DeadLetterQueue> queues, Clock clock, String... arguments) {
        PrintWriter text = new PrintWriter(out, true, StandardCharsets.UTF_8);
        return new CommandLine(new DeadLettersCommand(text, errors, queues, clock))
                .setOut(text)
                .setErr(errors)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((invalid, given) -> {
                    errors.println(invalid.getMessage());
                    errors.println("Try --help.");
                    return ExitStatus.USAGE.code();
                })
                .execute(arguments);
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Prints one line for each dead letter: message id, time of acceptance, age, receives, cause, the target's",
                "status or the proxy's error, method and path. No query, header field or body is printed. For a minute",
                "after it nobody else receives the messages that it could not release."
            })
    int list(
            @Option(names = "--queue-url", required = true, paramLabel = "URL", description = "the dead-letter queue")
                    String queueUrl,
            @Option(names = "--max", paramLabel = "N", description = "stop after so many; 100", defaultValue = "100")
                    int max) {
        return call(queue -> {
            List<DeadLetterLine> letters = queue.list(queueUrl, max);
            letters.forEach(letter -> out.println(letter.text(clock.instant())));
            errors.println(letters.size() + " dead letters" + (letters.size() >= max ? ", and there may be more" : ""));
        });
    }

    @Command(
            name = "redrive",
            mixinStandardHelpOptions = true,
            description = {
                "Has SQS move all dead letters to the queue of accepted requests, where each is as old as a new one. The",
                "work goes on in SQS after this command has ended."
            })
    int redrive(
            @Option(names = "--queue-url", required = true, paramLabel = "URL", description = "the dead-letter queue")
                    String queueUrl,
            @Option(names = "--to", required = true, paramLabel = "URL", description = "the queue of accepted requests")
                    String destinationUrl,
            @Option(
                            names = "--rate",
                            paramLabel = "N",
                            description = "messages a second, 1 to 500; 10",
                            defaultValue = "10")
                    int rate) {
        if (rate < 1 || rate > 500) {
            errors.println("--rate is " + rate + ": give a whole number from 1 to 500");
            return ExitStatus.USAGE.code();
        }
        return call(queue -> {
            queue.redrive(queueUrl, destinationUrl, rate);
            out.println("SQS moves the messages");
        });
    }

    private int call(Consumer<DeadLetterQueue> action) {
        try (DeadLetterQueue queue = queues.get()) {
            action.accept(queue);
            return ExitStatus.TARGET_RESPONDED.code();
        } catch (SdkException failure) {
            errors.println("SQS: " + failure.getMessage());
            return ExitStatus.NO_RESPONSE.code();
        }
    }
}
