package dev.tailnetproxy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {

    /** What the tests of the layer, which is written in Go, read in place of this module. */
    private static final Path FOR_GO = Path.of("../layer/extension/config/testdata/variables.tsv");

    private static final Path LAYER_README = Path.of("../layer/README.md");

    static Stream<Variable> all() {
        return Stream.of(
                        ProxyVariables.forOperators(),
                        LayerVariables.forOperators(),
                        AuthorizerVariables.forOperators(),
                        ForwarderVariables.forOperators(),
                        WebhookVariables.forOperators(),
                        RotationVariables.forOperators(),
                        QueueVariables.forOperators())
                .flatMap(List::stream);
    }

    private static List<Variable> constants(Class<?> declarations) {
        return Stream.of(declarations.getFields())
                .filter(field -> Variable.class.isAssignableFrom(field.getType()))
                .map(VariablesTest::variable)
                .toList();
    }

    private static Variable variable(Field constant) {
        try {
            return (Variable) constant.get(null);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void listsHoldEveryDeclaration() {
        assertThat(constants(LayerVariables.class)).containsExactlyInAnyOrderElementsOf(LayerVariables.forOperators());
        assertThat(constants(ForwarderVariables.class))
                .containsExactlyInAnyOrderElementsOf(ForwarderVariables.forOperators());
        assertThat(constants(WebhookVariables.class))
                .containsExactlyInAnyOrderElementsOf(WebhookVariables.forOperators());
        assertThat(constants(RotationVariables.class))
                .containsExactlyInAnyOrderElementsOf(RotationVariables.forOperators());
        assertThat(constants(QueueVariables.class)).containsExactlyInAnyOrderElementsOf(QueueVariables.forOperators());
        assertThat(constants(ProxyVariables.class).stream()
                        .filter(variable -> variable != ProxyVariables.LAMBDA_RUNTIME_API))
                .containsExactlyInAnyOrderElementsOf(ProxyVariables.forOperators());
        assertThat(constants(AuthorizerVariables.class))
                .containsExactlyInAnyOrderElementsOf(AuthorizerVariables.forOperators());
    }

    @Test
    void eachNameIsDeclaredOnce() {
        assertThat(all().distinct().map(Variable::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("all")
    void declarationIsComplete(Variable variable) {
        assertThat(variable.name()).matches("TS_[A-Z_]+|AUTHD_[A-Z_]+|LEGACY_ERRORS");
        assertThat(variable.values()).isNotBlank();
        assertThat(variable.description()).isNotBlank().doesNotContain("|");
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 9", "10, 1, 9", "5, 9, 1"})
    void numberRejectsDefaultOutsideOfItsBounds(int defaultNumber, int min, int max) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Variable.WholeNumber("TS_X", OptionalInt.of(defaultNumber), min, max, "x"))
                .withMessageContaining("TS_X");
    }

    @Test
    void layerReadmeListsLayerVariables() throws IOException {
        String readme = Files.readString(LAYER_README);
        String table = readme.substring(readme.indexOf("## Environment"), readme.indexOf("## The state file"))
                .lines()
                .filter(line -> line.startsWith("| `TS_"))
                .map(line -> line.split("\\|", -1)[1])
                .collect(Collectors.joining());
        Set<String> listed = Pattern.compile("TS_[A-Z_]+")
                .matcher(table)
                .results()
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(LayerVariables.forOperators().stream()
                        .map(Variable::name)
                        .toList());
    }

    /** A line that differs is replaced by the one that the failure shows. */
    @Test
    void fileForGoIsUpToDate() throws IOException {
        assertThat(Files.readAllLines(FOR_GO))
                .containsExactlyElementsOf(Stream.concat(
                                Stream.of("# name, default, smallest and largest number; from the module contract"),
                                LayerVariables.forOperators().stream().map(VariablesTest::lineForGo))
                        .toList());
    }

    private static String lineForGo(Variable variable) {
        String bounds = variable instanceof Variable.WholeNumber number ? number.min() + "\t" + number.max() : "\t";
        return variable.name() + "\t" + variable.defaultValue() + "\t" + bounds;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TS_PROXY_HTTP_PORT", "TS_PROXY_MANAGEMENT_PORT", "TS_SOCKS_PORT"})
    void portIsAPortOfTheTargetGrammar(String name) {
        assertThat(ProxyVariables.forOperators())
                .filteredOn(variable -> variable.name().equals(name))
                .extracting(Variable::values)
                .containsExactly("1 to " + TargetGrammar.MAX_PORT);
    }
}
