package dev.tailnetproxy.cdk.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.StackConfiguration;
import dev.tailnetproxy.cdk.support.TestStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** cfn-lint has nothing to say about the template of any configuration. */
class CfnLintIT {

    /** A dependency that a reference implies already: the CDK writes it for the role of every function. */
    private static final String DOUBLE_DEPENDENCY = "W3005";

    private static final String CFN_LINT =
            Repository.file("cdk/target/python-tools/bin/cfn-lint").toString();

    @TempDir
    private Path folder;

    @Test
    void isCleanForEveryConfiguration() throws Exception {
        List<String> templates = new ArrayList<>();
        for (StackConfiguration configuration : StackConfiguration.all()) {
            Path file = folder.resolve(configuration.name().replace(' ', '-') + ".json");
            Files.writeString(
                    file,
                    TestStack.json(configuration.testStack(folder).template()).toString());
            templates.add(file.toString());
        }

        assertThat(lint(templates)).isEmpty();
    }

    @Test
    void isCleanForTheSnapshotOfEveryScenario() throws Exception {
        try (Stream<Path> snapshots = Files.list(Repository.file("cdk/src/test/resources/snapshots"))) {
            List<String> templates = snapshots.map(Path::toString).toList();

            assertThat(templates).isNotEmpty();
            assertThat(lint(templates)).isEmpty();
        }
    }

    @Test
    void isCleanForTemplatesWithoutTheCdk() throws Exception {
        List<String> templates = Stream.of("cloudformation/template.json", "sam/template.yaml")
                .map(file -> Repository.file("deploy").resolve(file).toString())
                .toList();

        assertThat(lint(templates)).isEmpty();
    }

    @Test
    void reportsInvalidTemplate() throws Exception {
        Path wrong = Files.writeString(
                folder.resolve("wrong.json"), "{\"Resources\": {\"F\": {\"Type\": \"AWS::Lambda::Function\"}}}");

        assertThat(lint(List.of(wrong.toString()))).contains("E3003 'Role' is a required property");
    }

    private static String lint(List<String> templates) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(CFN_LINT, "--ignore-checks", DOUBLE_DEPENDENCY, "--"));
        command.addAll(templates);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
