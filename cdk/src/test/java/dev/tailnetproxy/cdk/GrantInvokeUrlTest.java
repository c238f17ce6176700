package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.cdk.support.TestStack;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.User;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** Both permissions that a Function URL asks for, each through the Function URL alone. */
class GrantInvokeUrlTest extends GrantTest {

    private static final String PERMISSION = "AWS::Lambda::Permission";

    @Test
    void noPermissionWithoutGrant() {
        testStack.template().resourceCountIs(PERMISSION, 0);
    }

    @Test
    void sameAccountPrincipalGetsIdentityPolicy() {
        User user = new User(testStack.stack(), "Caller");
        proxy.grantInvokeUrl(user);

        testStack.template().resourceCountIs(PERMISSION, 0);
        testStack
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

    static Stream<Arguments> principalsOfTheFunctionsOwnPolicy() {
        String role = "arn:aws:iam::210987654321:role/caller";
        String user = "arn:aws:iam::123456789012:user/caller";
        return Stream.of(
                Arguments.of(new AccountPrincipal("210987654321"), "210987654321"),
                Arguments.of(new ArnPrincipal(role), role),
                Arguments.of(new ArnPrincipal(user), user));
    }

    @ParameterizedTest
    @MethodSource("principalsOfTheFunctionsOwnPolicy")
    void accountOrArnGetsResourcePolicy(IGrantable grantee, String principal) {
        proxy.grantInvokeUrl(grantee);

        assertThat(permissions())
                .containsExactlyInAnyOrder(
                        "lambda:InvokeFunctionUrl of " + principal + " if FunctionUrlAuthType is AWS_IAM",
                        "lambda:InvokeFunction of " + principal + " if InvokedViaFunctionUrl is true");
    }

    @Test
    void eachArnGetsOneResourcePolicy() {
        String role = "arn:aws:iam::210987654321:role/";
        for (String name : List.of("one", "other", "one")) {
            proxy.grantInvokeUrl(new ArnPrincipal(role + name));
        }

        assertThat(permissions())
                .hasSize(4)
                .areExactly(2, new Condition<>(permission -> permission.contains(role + "one"), "one's"));
    }

    /** As grantInvokeUrl's Javadoc says. */
    @Test
    void importedForeignRoleWithoutEnvGetsLocalPolicyToo() {
        proxy.grantInvokeUrl(importedRole(testStack.stack()));

        assertThat(permissions()).hasSize(2).allSatisfy(permission -> assertThat(permission)
                .contains(" of arn:aws:iam::210987654321:role/caller "));
        testStack
                .template()
                .hasResourceProperties(
                        "AWS::IAM::Policy",
                        Map.of(
                                "Roles",
                                List.of("caller"),
                                "PolicyDocument",
                                Match.objectLike(Map.of(
                                        "Statement",
                                        Match.arrayWith(List.of(
                                                Match.objectLike(Map.of("Action", "lambda:InvokeFunctionUrl"))))))));
    }

    @Test
    void importedForeignRoleWithEnvGetsResourcePolicyOnly() {
        Stack stack = new Stack(
                testStack.app(),
                "WithEnv",
                StackProps.builder()
                        .env(Environment.builder()
                                .account("123456789012")
                                .region("us-east-1")
                                .build())
                        .build());
        TailscaleProxyProps props = TailscaleProxyProps.builder()
                .credentials(TailnetCredentials.authKey(Secret.fromSecretNameV2(stack, "Secret", "tailscale/auth-key")))
                .functionArchive(testStack.archives().jvm())
                .layerArchive(testStack.archives().layer())
                .build();
        new TailscaleProxy(stack, "Proxy", props).grantInvokeUrl(importedRole(stack));

        Template template = Template.fromStack(stack);
        template.resourceCountIs(PERMISSION, 2);
        // The proxy's own role has the one policy.
        template.resourceCountIs("AWS::IAM::Policy", 1);
    }

    private static IRole importedRole(Construct scope) {
        return Role.fromRoleArn(scope, "Role", "arn:aws:iam::210987654321:role/caller");
    }

    private List<String> permissions() {
        return TestStack.json(testStack.template())
                .at("/Resources")
                .valueStream()
                .filter(resource -> resource.at("/Type").asText().equals(PERMISSION))
                .map(resource -> resource.at("/Properties"))
                .map(permission -> "%s of %s if %s"
                        .formatted(
                                permission.at("/Action").asText(),
                                permission.at("/Principal").asText(),
                                permission.has("FunctionUrlAuthType")
                                        ? "FunctionUrlAuthType is "
                                                + permission
                                                        .at("/FunctionUrlAuthType")
                                                        .asText()
                                        : "InvokedViaFunctionUrl is " + permission.at("/InvokedViaFunctionUrl")))
                .toList();
    }
}
