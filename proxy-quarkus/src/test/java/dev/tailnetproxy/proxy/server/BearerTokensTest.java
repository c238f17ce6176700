package dev.tailnetproxy.proxy.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How tokens are kept and compared: whoever sees the memory or measures the time does not learn them. */
class BearerTokensTest {

    private static final String TOKEN = "first-token-0123456789";

    @TempDir
    Path dir;

    @Test
    void areKeptAsHashes() throws Exception {
        BearerTokens tokens = BearerTokens.read(Files.writeString(dir.resolve("tokens"), TOKEN + "\n"));

        byte[] hash = MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.US_ASCII));
        assertThat(tokens).isEqualTo(new BearerTokens(List.of(HexFormat.of().formatHex(hash))));
        assertThat(BearerTokens.class.getRecordComponents().length)
                .as("and nothing beside the hashes is kept")
                .isOne();
    }

    @Test
    void areNotInWhatIsSaidOfThem() throws Exception {
        BearerTokens tokens = BearerTokens.read(Files.writeString(dir.resolve("tokens"), TOKEN + "\n"));

        assertThat(tokens.toString().contains(tokens.hashes().get(0)))
                .as(tokens::toString)
                .isFalse();
        assertThat(tokens.toString().contains(TOKEN)).as(tokens::toString).isFalse();
    }

    /** No clock tells it in a test; what compares is what there is to look at. */
    @Test
    void areComparedInConstantTime() {
        JavaClasses compiled = new ClassFileImporter().importClasses(BearerTokens.class);

        classes()
                .that()
                .areAssignableTo(BearerTokens.class)
                .should()
                .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
                .check(compiled);
        noClasses()
                .that()
                .areAssignableTo(BearerTokens.class)
                .should()
                .callMethod(String.class, "equals", Object.class)
                .orShould()
                .callMethod(String.class, "contentEquals", CharSequence.class)
                .orShould()
                .callMethod(Object.class, "equals", Object.class)
                .orShould()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .orShould()
                .callMethod(List.class, "contains", Object.class)
                .orShould()
                .callMethod(Collection.class, "contains", Object.class)
                .check(compiled);
    }
}
