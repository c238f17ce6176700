package dev.tailnetproxy.function.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The entries of {@code TS_FORWARDS}, as the layer reads them. */
class ForwardGrammarTest {

    /** The layer's own table. */
    private static final Path CASES = Path.of("../layer/extension/forward/testdata/forwards.tsv");

    private final ForwardGrammar grammar = new ForwardGrammar(1055);

    static Stream<Arguments> cases() throws IOException {
        return Files.readAllLines(CASES).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t", -1))
                .map(cells -> Arguments.of(
                        cells[0].replace("\\n", "\n").replace("\\t", "\t"), cells[1].equals("read"), cells[2]));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsWhatTheLayerReads(String list, boolean isRead, String expected) {
        ForwardGrammar.Reading reading = grammar.readList(list);

        assertThat(reading.mistakes().isEmpty()).isEqualTo(isRead);
        assertThat(isRead ? written(reading) : String.join("; ", reading.mistakes()))
                .isEqualTo(expected);
    }

    @Test
    void tableHasBothOutcomes() throws IOException {
        assertThat(cases().collect(Collectors.groupingBy(each -> each.get()[1], Collectors.counting())))
                .hasSize(2)
                .allSatisfy((outcome, number) -> assertThat(number).isGreaterThan(10));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void canonicalFormMeansTheSame(String list) {
        ForwardGrammar.Reading reading = grammar.readList(list);

        assertThat(grammar.readList(written(reading)))
                .isEqualTo(new ForwardGrammar.Reading(reading.forwards(), List.of()));
    }

    /** An entry that is given on its own is no way to a second one. */
    @ParameterizedTest
    @ValueSource(strings = {"5432=db:5432,6379=cache:6379", "5432=db:5432,", ",", ""})
    void entryIsNoList(String entry) {
        assertThat(grammar.read(List.of(entry)).mistakes()).hasSize(1);
    }

    @Test
    void socksPortIsTheConfiguredOne() {
        assertThat(new ForwardGrammar(1056).read(List.of("1055=db:1")).mistakes())
                .isEmpty();
        assertThat(new ForwardGrammar(1056).read(List.of("1056=db:1")).mistakes())
                .singleElement()
                .asString()
                .contains("TS_SOCKS_PORT");
    }

    @Test
    void listsWithoutEndAreRefused() {
        assertThat(grammar.read(Collections.nCopies(101, "1=a:1")).mistakes())
                .containsExactly("there are 101 entries, at most 100 are possible");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=db:1", "5432=", "5432=db:", ":5432=db:1"})
    void longValuesAreNotShownWhole(String rest) {
        String secret = "s".repeat(200);
        for (String entry : List.of(secret + rest, rest + secret)) {
            assertThat(grammar.read(List.of(entry)).mistakes())
                    .singleElement()
                    .asString()
                    .doesNotContain("s".repeat(61));
        }
    }

    @Test
    void sentencesHaveOneLineOfPrintableText() {
        for (int character = 0; character < 0x100; character++) {
            String entry = "5432=" + Character.toString(character) + "/:1";

            assertThat(grammar.read(List.of(entry)).mistakes())
                    .singleElement()
                    .asString()
                    .matches(sentence -> sentence.chars().noneMatch(Character::isISOControl));
        }
    }

    @Test
    void readingHasNoForwardsBesideAMistake() {
        IpAddress address = IpAddress.of(new byte[] {127, 0, 0, 1});
        Forward forward = new Forward(address, new Port(1), new TargetHost.Name("db"), new Port(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ForwardGrammar.Reading(List.of(forward), List.of("a mistake")));
    }

    private static String written(ForwardGrammar.Reading reading) {
        return reading.forwards().stream().map(Forward::toString).collect(Collectors.joining(","));
    }
}
