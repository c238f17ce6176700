package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The commands of a page's section. */
class ReadmeCommandsTest {

    @Test
    void findsCommandsOfSectionWithoutComments() {
        String page =
                """
                ## Before
                ```bash
                another
                ```
                ## Deploy it
                Text, and `inline code`.
                ```java
                no(command);
                ```
                ```bash
                # a comment alone
                npx  aws-cdk deploy   # with a comment

                java -jar cli.jar /hello
                ```
                ## After
                ```bash
                another
                ```
                """;

        assertThat(ReadmeCommands.parse("Deploy it", page.lines().toList()))
                .containsExactly(List.of("npx", "aws-cdk", "deploy"), List.of("java", "-jar", "cli.jar", "/hello"));
    }
}
