package dev.tailnetproxy.proxy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.contract.WebhookVariables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract's table of the variables by which senders are verified. */
class SenderVerificationPageTest {

    private static String row(Variable variable) {
        String defaultValue = variable.defaultValue().isEmpty() ? "empty" : variable.defaultValue();
        return "| `" + variable.name() + "` | " + defaultValue + " | " + variable.values() + " | "
                + variable.description() + " |";
    }

    /** A wrong row is replaced by the one that the failure shows. */
    @Test
    void listsAllVariables() throws IOException {
        String page = Files.readString(Path.of("../docs/contract.md"));
        List<String> rows = page.substring(
                        page.indexOf("### Variables of sender verification"), page.indexOf("### Schemes"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(WebhookVariables.forOperators().stream()
                        .map(SenderVerificationPageTest::row)
                        .toList());
    }
}
