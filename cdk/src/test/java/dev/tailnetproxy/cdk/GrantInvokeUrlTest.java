package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.Synthesis;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.amazon.awscdk.services.iam.User;

/** Both permissions that a Function URL asks for, each through the Function URL alone. */
class GrantInvokeUrlTest {

    private static final String PERMISSION = "AWS::Lambda::Permission";

    @TempDir
    private Path folder;

    private Synthesis synthesis;
    private TailscaleProxy proxy;

    @BeforeEach
    void proxy() {
        synthesis = new Synthesis(folder);
        proxy = synthesis.proxy();
    }

    @Test
    void nobodyMayCallWithoutAGrant() {
        synthesis.template().resourceCountIs(PERMISSION, 0);
    }

    @Test
    void aPrincipalOfTheAccountGetsAPolicyAndTheFunctionStaysClosedToOthers() {
        User user = new User(synthesis.stack(), "Caller");
        proxy.grantInvokeUrl(user);

        synthesis.template().resourceCountIs(PERMISSION, 0);
        synthesis
                .template()
                .hasResourceProperties(
                        "AWS::IAM::Policy",
                        Map.of(
                                "Users",
                                List.of(Map.of("Ref", Match.stringLikeRegexp("Caller.*"))),
                                "PolicyDocument",
                                Match.objectLike(Map.of(
                                        "Statement",
                                        List.of(
                                                statement(
                                                        "lambda:InvokeFunctionUrl",
                                                        Map.of(
                                                                "StringEquals",
                                                                Map.of("lambda:FunctionUrlAuthType", "AWS_IAM"))),
                                                statement(
                                                        "lambda:InvokeFunction",
                                                        Map.of(
                                                                "Bool",
                                                                Map.of("lambda:InvokedViaFunctionUrl", true))))))));
    }

    private static Object statement(String action, Map<String, ?> condition) {
        return Match.objectEquals(Map.of(
                "Action",
                action,
                "Effect",
                "Allow",
                "Condition",
                condition,
                "Resource",
                Map.of("Fn::GetAtt", List.of(Match.stringLikeRegexp("ProxyFunction.*"), "Arn"))));
    }

    @Test
    void anotherAccountIsLetInByTheFunctionItself() {
        proxy.grantInvokeUrl(new AccountPrincipal("210987654321"));

        List<JsonNode> permissions =
                Synthesis.json(synthesis.template()).at("/Resources").findParents("InvokedViaFunctionUrl");
        synthesis.template().resourceCountIs(PERMISSION, 2);
        synthesis
                .template()
                .hasResourceProperties(
                        PERMISSION,
                        Map.of(
                                "Action", "lambda:InvokeFunctionUrl",
                                "FunctionUrlAuthType", "AWS_IAM",
                                "Principal", "210987654321"));
        assertThat(permissions).hasSize(1);
        assertThat(permissions.get(0).at("/Action").asText()).isEqualTo("lambda:InvokeFunction");
        assertThat(permissions.get(0).at("/InvokedViaFunctionUrl").asBoolean()).isTrue();
        assertThat(permissions.get(0).at("/Principal").asText()).isEqualTo("210987654321");
    }
}
