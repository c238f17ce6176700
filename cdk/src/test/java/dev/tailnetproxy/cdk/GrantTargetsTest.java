package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.amazon.awscdk.services.iam.AnyPrincipal;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.amazon.awscdk.services.iam.Group;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iam.User;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Runtime;
import software.constructs.Construct;

/** A grant of the URL with the targets that the client may reach. */
class GrantTargetsTest extends GrantTest {

    private static final String VARIABLE = "TS_PROXY_CALLER_TARGETS";

    private software.amazon.awscdk.services.lambda.Function callingFunction(String id) {
        return software.amazon.awscdk.services.lambda.Function.Builder.create(testStack.stack(), id)
                .runtime(Runtime.NODEJS_22_X)
                .handler("index.handler")
                .code(Code.fromInline("exports.handler = async () => {}"))
                .environment(Map.of("PROXY_URL", proxy.getUrl()))
                .build();
    }

    /** As CloudFormation joins it; what is known at deployment only stands in angle brackets. */
    private String variable() {
        JsonNode value = TestStack.json(testStack.template())
                .at("/Resources")
                .valueStream()
                .map(resource -> resource.at("/Properties/Environment/Variables/" + VARIABLE))
                .filter(found -> !found.isMissingNode())
                .findFirst()
                .orElseThrow();
        if (value.isTextual()) {
            return value.asText();
        }
        return value.at("/Fn::Join/1")
                .valueStream()
                .map(part -> part.isTextual() ? part.asText() : "<" + known(part) + ">")
                .collect(Collectors.joining());
    }

    private static String known(JsonNode reference) {
        return reference.has("Ref")
                ? reference.get("Ref").asText()
                : reference.at("/Fn::GetAtt/0").asText().replaceAll("[0-9A-F]{8}$", "") + "."
                        + reference.at("/Fn::GetAtt/1").asText();
    }

    @Test
    void roleArnTokenIsResolvedAtDeployment() {
        proxy.grantInvokeUrl(callingFunction("Orders"), Targets.of("orders:443", "*.orders.test"));
        proxy.grantInvokeUrl(callingFunction("Billing"), Targets.of("[fd00::1]:80-90"));

        assertThat(variable())
                .isEqualTo("<OrdersServiceRole.Arn>=orders:443,*.orders.test;<BillingServiceRole.Arn>=[fd00::1]:80-90");
    }

    static Stream<Arguments> grantees() {
        String role = "arn:aws:iam::210987654321:role/team/caller";
        return Stream.of(
                Arguments.of(of(scope -> Role.fromRoleArn(scope, "Role", role)), role),
                Arguments.of(
                        of(scope -> Role.fromRoleName(scope, "Role", "caller")),
                        "arn:<AWS::Partition>:iam::<AWS::AccountId>:role/caller"),
                Arguments.of(of(scope -> new User(scope, "User")), "<User.Arn>"),
                Arguments.of(of(scope -> new ArnPrincipal(role)), role),
                Arguments.of(of(scope -> new AccountPrincipal("210987654321")), "210987654321"),
                Arguments.of(of(scope -> new ArnPrincipal("arn:aws-cn:iam::210987654321:root")), "210987654321"));
    }

    private static Function<Construct, IGrantable> of(Function<Construct, IGrantable> grantee) {
        return grantee;
    }

    @ParameterizedTest
    @MethodSource("grantees")
    void principalIsWrittenInProxySyntax(Function<Construct, IGrantable> grantee, String principal) {
        proxy.grantInvokeUrl(grantee.apply(testStack.stack()), Targets.of("orders:443"));

        assertThat(variable()).isEqualTo(principal + "=orders:443");
    }

    @Test
    void grantsAccumulateWithoutDuplicates() {
        AccountPrincipal account = new AccountPrincipal("210987654321");
        proxy.grantInvokeUrl(account, Targets.of("orders:443"));
        proxy.grantInvokeUrl(account, Targets.of("orders:443"));
        proxy.grantInvokeUrl(account, Targets.all());

        assertThat(variable()).isEqualTo("210987654321=orders:443;210987654321=0.0.0.0/0,::/0");
    }

    @Test
    void targetGrantIncludesInvokeUrl() {
        proxy.grantInvokeUrl(new AccountPrincipal("210987654321"), Targets.of("orders"));

        testStack.template().resourceCountIs("AWS::Lambda::Permission", 2);
    }

    @Test
    void rejectsMixOfGrantsWithAndWithoutTargets() {
        AccountPrincipal account = new AccountPrincipal("210987654321");
        proxy.grantInvokeUrl(account, Targets.of("orders"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.grantInvokeUrl(account))
                .withMessageContaining("Targets.all()");

        TailscaleProxy other = new TestStack(folder.resolve("other")).proxy();
        other.grantInvokeUrl(account);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.grantInvokeUrl(account, Targets.of("orders")))
                .withMessageContaining("Targets.all()");
    }

    static Stream<Function<Construct, IGrantable>> unsupportedPrincipals() {
        return Stream.of(
                scope -> new ServicePrincipal("events.amazonaws.com"),
                scope -> new AnyPrincipal(),
                scope -> new Group(scope, "Group"),
                scope -> new ArnPrincipal("arn:aws:iam::210987654321:group/g"),
                scope -> new ArnPrincipal("arn:aws:iam::210987654321:role/team/*"));
    }

    @ParameterizedTest
    @MethodSource("unsupportedPrincipals")
    void rejectsUnsupportedPrincipals(Function<Construct, IGrantable> grantee) {
        IGrantable unsupportedPrincipals = grantee.apply(testStack.stack());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.grantInvokeUrl(unsupportedPrincipals, Targets.of("orders")))
                .withMessageContaining("a role, a user");
    }

    @Test
    void rejectsGrantsAboveVariableLimit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    for (int i = 0; i < 40; i++) {
                        Role role = Role.Builder.create(testStack.stack(), "Role" + i)
                                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                                .build();
                        proxy.grantInvokeUrl(role, Targets.of("orders:443"));
                    }
                })
                .withMessageMatching(
                        "the environment variables take up to 41\\d\\d bytes.*Lambda allows 4096.*second proxy");
        assertThat(variable().split(";", -1)).hasSizeBetween(30, 38);
    }

    @Test
    void targetGrammarMatchesProxy() {
        List<String> lines = Repository.text("contract/src/test/resources/target-entries.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();

        assertThat(lines).hasSizeGreaterThan(60).allSatisfy(line -> {
            String entry = line.substring(2);
            if (line.startsWith("+")) {
                assertThat(Targets.of(entry)).hasToString(entry);
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Targets.of(entry))
                        .withMessageContaining("\"" + entry + "\"");
            }
        });
        assertThatIllegalArgumentException().isThrownBy(Targets::of);
    }
}
