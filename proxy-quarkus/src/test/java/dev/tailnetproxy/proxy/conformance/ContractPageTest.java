package dev.tailnetproxy.proxy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.ForwarderVariables;
import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.support.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that states the contract names what there is. */
class ContractPageTest {

    private static final Path REPOSITORY = Path.of("..");

    private final String page = Files.readString(REPOSITORY.resolve("docs/contract.md"));

    ContractPageTest() throws IOException {}

    private static Set<String> found(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> variableRows(String heading, String nextHeading) {
        return page.substring(page.indexOf(heading), page.indexOf(nextHeading))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();
    }

    private static List<String> rows(List<Variable> variables) {
        return variables.stream().map(ContractPageTest::row).toList();
    }

    private static String row(Variable variable) {
        String defaultValue = variable.defaultValue().isEmpty() ? "empty" : variable.defaultValue();
        return "| `" + variable.name() + "` | " + defaultValue + " | " + variable.values() + " | "
                + variable.description() + " |";
    }

    /** A wrong row is replaced by the one that the failure shows. */
    @Test
    void listsAllVariables() {
        assertThat(variableRows("## Environment", "## Logs"))
                .containsExactlyElementsOf(rows(ProxyVariables.forOperators()));
        assertThat(variableRows("### Variables of forwarder mode", "### What is forwarded"))
                .containsExactlyElementsOf(rows(ForwarderVariables.forOperators()));
    }

    @Test
    void statesDefaults() throws Exception {
        Map<String, String> documented = Stream.concat(
                        ProxyVariables.forOperators().stream(), ForwarderVariables.forOperators().stream())
                .filter(variable -> !variable.defaultValue().isEmpty())
                .collect(Collectors.toMap(Variable::name, Variable::defaultValue));
        Map<String, String> serving = new HashMap<>(documented);
        serving.put("TS_PROXY_HTTP_PORT", "8080");

        assertThat(Settings.of(TestConfig.of(documented))).isEqualTo(Settings.of(TestConfig.of(Map.of())));
        assertThat(Settings.of(TestConfig.of(serving)))
                .isEqualTo(Settings.of(TestConfig.of(Map.of("TS_PROXY_HTTP_PORT", "8080"))));
    }

    @Test
    void listsEveryErrorWithItsStatus() {
        List<String> listed = page.substring(page.indexOf("## Errors"), page.indexOf("## Which targets"))
                .lines()
                .filter(line -> line.matches("[|] \\d{3} [|].*"))
                .map(line -> line.split(" *\\| *", -1))
                .map(row -> row[1] + " " + row[2].replace("`", ""))
                .sorted()
                .toList();

        assertThat(listed)
                .isEqualTo(Arrays.stream(ErrorName.values())
                        .map(error -> error.status() + " " + error.wireName())
                        .sorted()
                        .toList());
    }

    @Test
    void referencesExistingTests() throws Exception {
        Set<String> named = found("(?<=`)(\\w+(Test|IT|Fuzz)|[\\w-]+\\.json)(?=`)", page);
        Set<String> missing = new TreeSet<>(named);
        missing.removeAll(tests("contract"));
        missing.removeAll(tests("test-kit"));
        missing.removeAll(tests("function-support"));
        missing.removeAll(tests("proxy-quarkus"));
        missing.removeAll(tests("webhook-authorizer-quarkus"));
        missing.removeAll(tests("key-rotation-quarkus"));
        missing.removeAll(tests("client"));
        missing.removeAll(tests("local-stack"));
        missing.removeAll(tests("integration-tests"));

        assertThat(missing).isEqualTo(Set.of());
    }

    private static Set<String> tests(String module) throws IOException {
        try (Stream<Path> files = Files.walk(REPOSITORY.resolve(module).resolve("src/test"))) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.java$", ""))
                    .collect(Collectors.toSet());
        }
    }
}
