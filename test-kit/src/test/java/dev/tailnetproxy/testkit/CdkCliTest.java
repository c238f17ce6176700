package dev.tailnetproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the CLI prints of a stack. */
class CdkCliTest {

    @Test
    void findsOutputsOfStackInOutputOfDeploy() {
        String printed =
                """
                TailnetProxy: deploying... [1/1]
                Outputs:
                TailnetProxy.FunctionUrl = https://abc.lambda-url.us-east-1.on.aws/
                TailnetProxy.Region = us-east-1
                Stack ARN:
                arn:aws:cloudformation:us-east-1:123456789012:stack/TailnetProxy/1
                 total = 3 s
                """;

        assertThat(CdkCli.outputs(printed))
                .isEqualTo(Map.of("FunctionUrl", "https://abc.lambda-url.us-east-1.on.aws/", "Region", "us-east-1"));
    }
}
