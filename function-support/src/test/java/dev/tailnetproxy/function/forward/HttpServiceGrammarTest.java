package dev.tailnetproxy.function.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The entries of {@code TS_PROXY_SERVICES}. */
class HttpServiceGrammarTest {

    private static final Path CASES = Path.of("src/test/resources/http-services.tsv");

    private final HttpServiceGrammar grammar = new HttpServiceGrammar(
            Map.of(new Port(8080), "TS_PROXY_HTTP_PORT", new Port(9000), "TS_PROXY_MANAGEMENT_PORT"));

    static Stream<Arguments> cases() throws IOException {
        return Files.readAllLines(CASES).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t", -1))
                .map(cells ->
                        Arguments.of(unescaped(cells[0]), cells[1].equals("read"), cells[2].replace("\\\\", "\\")));
    }

    private static String unescaped(String cell) {
        return cell.replace("\\n", "\n");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsEntriesOrNamesEachMistake(String list, boolean isRead, String expected) {
        HttpServiceGrammar.Reading reading = grammar.readList(list);

        assertThat(isRead ? written(reading) : String.join("; ", reading.mistakes()))
                .isEqualTo(expected);
        assertThat(reading.mistakes().isEmpty()).isEqualTo(isRead);
    }

    @Test
    void tableHasBothOutcomes() throws IOException {
        assertThat(cases().collect(Collectors.groupingBy(each -> each.get()[1], Collectors.counting())))
                .hasSize(2)
                .allSatisfy((outcome, number) -> assertThat(number).isGreaterThan(9));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void canonicalFormMeansTheSame(String list) {
        HttpServiceGrammar.Reading reading = grammar.readList(list);

        assertThat(grammar.readList(written(reading)))
                .isEqualTo(new HttpServiceGrammar.Reading(reading.services(), List.of()));
    }

    @Test
    void listsWithoutEndAreRefused() {
        assertThat(grammar.readList(String.join(",", Collections.nCopies(101, "1=http://a")))
                        .mistakes())
                .containsExactly("there are 101 entries, at most 100 are possible");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=http://a", "20000=", "20000=http://", "@"})
    void longValuesAreNotShownWhole(String rest) {
        String secret = "s".repeat(200);
        for (String entry : List.of(secret + rest, rest + secret)) {
            assertThat(grammar.readList(entry).mistakes())
                    .singleElement()
                    .asString()
                    .doesNotContain("s".repeat(61));
        }
    }

    @Test
    void readingHasNoServicesBesideAMistake() {
        HttpService service = new HttpService(new Port(1), false, new TargetHost.Name("a"), new Port(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpServiceGrammar.Reading(List.of(service), List.of("a mistake")));
    }

    private static String written(HttpServiceGrammar.Reading reading) {
        return reading.services().stream().map(HttpService::toString).collect(Collectors.joining(","));
    }
}
