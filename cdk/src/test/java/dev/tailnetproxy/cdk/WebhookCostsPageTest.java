package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.cdk.support.Repository;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The results of docs/webhook-costs.md follow from its inputs. */
class WebhookCostsPageTest {

    private static final List<Integer> MILLIONS = List.of(1, 10, 100);

    private final String page = Repository.text("docs/webhook-costs.md");

    /** The cells behind the first one of a row. */
    private List<String> row(String name) {
        MatchResult row = Pattern.compile("(?m)^\\| \\*{0,2}" + Pattern.quote(name) + "\\*{0,2} \\|(.*)\\|$")
                .matcher(page)
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row " + name));
        return Stream.of(row.group(1).split("\\|", -1)).map(String::strip).toList();
    }

    private double input(String name) {
        return Double.parseDouble(row(name).get(0));
    }

    private double environments(int column) {
        return Double.parseDouble(row("Execution environments").get(0).split(", ", -1)[column]);
    }

    private double logs(double millions, String size) {
        return millions * input(size) * input("Logs");
    }

    /** A million requests have a million times the compute of one. */
    private double invocations(double millions, String duration) {
        double gigabyteSeconds = millions * 1_000_000 * input(duration) / 1_000 * input("Memory");
        return millions * input("Lambda requests") + gigabyteSeconds * input("Lambda compute");
    }

    private double authorizer(int column) {
        double millions = MILLIONS.get(column);
        return invocations(millions, "Authorizer duration") + logs(millions, "Authorizer log");
    }

    private double forwarder(int column) {
        double millions = MILLIONS.get(column);
        return invocations(millions, "Forwarder duration") + logs(millions, "Forwarder log");
    }

    private double secrets(int column) {
        double reads = environments(column) * 12 * 730;
        return input("Secrets") * input("Secret") + reads / 10_000 * input("Secret reads");
    }

    private double total(int column) {
        double millions = MILLIONS.get(column);
        return millions * input("HTTP API")
                + authorizer(column)
                + forwarder(column)
                + logs(millions, "Access log")
                + secrets(column)
                + millions * input("Data out a request") * input("Data out");
    }

    private double saved(int column) {
        return authorizer(column) * input("Cached decisions") / 100;
    }

    private double queued(int column) {
        double millions = MILLIONS.get(column);
        return (3 * millions + input("Idle queue requests")) * input("Queue requests")
                + invocations(millions, "Storing duration")
                + logs(millions, "Forwarder log");
    }

    private void assertRow(String name, IntToDoubleFunction computed) {
        List<String> expected = new ArrayList<>();
        IntStream.range(0, MILLIONS.size())
                .mapToObj(column -> BigDecimal.valueOf(computed.applyAsDouble(column)))
                .map(dollars -> dollars.setScale(6, RoundingMode.HALF_UP).setScale(2, RoundingMode.HALF_UP))
                .map(Objects::toString)
                .forEach(expected::add);

        assertThat(row(name).stream().map(cell -> cell.replace("*", "")).toList())
                .as(name)
                .isEqualTo(expected);
    }

    @Test
    void resultsFollowFromInputs() {
        assertRow("authorizer, each request decided", this::authorizer);
        assertRow("forwarder", this::forwarder);
        assertRow("access log", column -> logs(MILLIONS.get(column), "Access log"));
        assertRow("secrets", this::secrets);
        assertRow("data out", column -> MILLIONS.get(column) * input("Data out a request") * input("Data out"));
        assertRow("total", this::total);
        assertRow("saved by cached decisions", this::saved);
        assertRow("total with cached decisions", column -> total(column) - saved(column));
        assertRow("added by queued delivery", this::queued);
    }
}
