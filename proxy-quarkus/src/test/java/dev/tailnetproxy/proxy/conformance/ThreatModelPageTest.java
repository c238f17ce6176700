package dev.tailnetproxy.proxy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each claim of the threat model is made once and names the tests that hold it, and they exist. */
class ThreatModelPageTest {

    private static final Path REPOSITORY = Path.of("..");

    private static final Set<String> MODULES = Set.of(
            "contract",
            "test-kit",
            "function-support",
            "proxy-quarkus",
            "webhook-authorizer-quarkus",
            "key-rotation-quarkus",
            "client",
            "cdk",
            "local-stack",
            "integration-tests",
            "layer",
            "scripts");

    private static final Pattern TEST =
            Pattern.compile("(?<=`)(\\w+(Test|IT|Fuzz)|[\\w-]+\\.json|\\w+_test\\.go|test-[\\w-]+)(?=`)");

    private record Claim(String attack, List<String> tests) {

        static Claim of(String row) {
            String[] cells = row.split(" *\\| *", -1);
            return new Claim(cells[1], namedIn(cells.length == 5 ? cells[3] : ""));
        }

        @Override
        public String toString() {
            return attack;
        }
    }

    private static List<String> namedIn(String text) {
        return TEST.matcher(text).results().map(MatchResult::group).toList();
    }

    private static String page() throws IOException {
        return Files.readString(REPOSITORY.resolve("docs/threat-model.md"));
    }

    static Stream<Claim> claims() throws IOException {
        String page = page();
        return page.substring(page.indexOf("## Threats and defenses"), page.indexOf("## Out of scope"))
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(Claim::of);
    }

    @ParameterizedTest
    @MethodSource("claims")
    void referencesExistingTests(Claim claim) throws Exception {
        assertThat(claim.tests()).isNotEmpty();
        assertThat(missing(claim.tests())).isEqualTo(Set.of());
    }

    @Test
    void namesNoOtherTestEitherThatDoesNotExist() throws Exception {
        assertThat(missing(namedIn(page()))).isEqualTo(Set.of());
    }

    @Test
    void makesEachClaimOnce() throws Exception {
        List<String> attacks = claims().map(Claim::attack).toList();

        assertThat(attacks).hasSameSizeAs(Set.copyOf(attacks));
    }

    private static Set<String> missing(List<String> named) throws IOException {
        Set<String> missing = new TreeSet<>(named);
        missing.removeAll(existing());
        return missing;
    }

    private static Set<String> existing() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(REPOSITORY.resolve(module))) {
                names.addAll(files.filter(file -> !file.toString().contains("/target/")
                                && !file.toString().contains("/node_modules/"))
                        .map(file -> file.getFileName().toString().replaceFirst("\\.java$", ""))
                        .collect(Collectors.toSet()));
            }
        }
        return names;
    }
}
