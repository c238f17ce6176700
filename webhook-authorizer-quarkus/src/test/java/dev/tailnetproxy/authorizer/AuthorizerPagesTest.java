package dev.tailnetproxy.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.AuthorizerVariables;
import dev.tailnetproxy.contract.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pages say what there is. */
class AuthorizerPagesTest {

    private static String row(Variable variable) {
        String defaultValue = variable.defaultValue().isEmpty() ? "empty" : variable.defaultValue();
        return "| `" + variable.name() + "` | " + defaultValue + " | " + variable.values() + " | "
                + variable.description() + " |";
    }

    /** A wrong row is replaced by the one that the failure shows. */
    @Test
    void contractListsVariables() throws IOException {
        String contract = Files.readString(Path.of("../docs/contract.md"));
        List<String> table = contract.substring(contract.indexOf("## Webhook authorizer"))
                .lines()
                .filter(line -> line.startsWith("| `AUTHD_"))
                .toList();

        assertThat(table)
                .containsExactlyElementsOf(AuthorizerVariables.forOperators().stream()
                        .map(AuthorizerPagesTest::row)
                        .toList());
    }

    @Test
    void pageOfTheForwarderExplainsEveryReason() throws IOException {
        assertThat(Files.readString(Path.of("../docs/webhook-forwarder.md")))
                .contains(Arrays.stream(Reason.values())
                        .map(reason -> "| `" + reason.word() + "` |")
                        .toList());
    }
}
