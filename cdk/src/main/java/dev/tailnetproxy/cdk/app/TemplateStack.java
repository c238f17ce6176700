package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.ArchiveParameters;
import dev.tailnetproxy.cdk.MonitoringOptions;
import dev.tailnetproxy.cdk.NodeOptions;
import dev.tailnetproxy.cdk.ProxyOptions;
import dev.tailnetproxy.cdk.TailnetCredentials;
import dev.tailnetproxy.cdk.TailscaleProxy;
import dev.tailnetproxy.cdk.TailscaleProxyProps;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.DefaultStackSynthesizer;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.lambda.CfnPermission;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** The template of {@code deploy/cloudformation}: the proxy, with its settings and the place of its zips as parameters. */
final class TemplateStack extends Stack {

    private static final Set<String> TYPES_OF_ALARMS = Set.of("AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter");

    /** A key itself, which somebody pastes by mistake, is refused before it is stored with the stack. */
    private static final String SECRET_NAME = "(?!tskey-|hskey-|arn:)[A-Za-z0-9/_+=.@-]{1,512}";

    private static final String PRINCIPAL = "|arn:[^:]+:iam::[0-9]{12}:(root|(role|user)/[!-~]+)";

    private static final String HOSTNAME = "|[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String TAGS = "|tag:[A-Za-z][A-Za-z0-9-]*(,tag:[A-Za-z][A-Za-z0-9-]*)*";
    private static final String URL = "|https?://[^/ ]+(/[^ ]*)?";
    private static final String TARGETS = "[ -~]*";

    /** @param folder takes stand-ins for the zips */
    TemplateStack(Construct scope, String id, Path folder) {
        super(
                scope,
                id,
                StackProps.builder()
                        .description("Tailnet proxy for AWS Lambda")
                        .synthesizer(DefaultStackSynthesizer.Builder.create()
                                .generateBootstrapVersionRule(false)
                                .build())
                        .build());
        Validations.of(this)
                .acknowledge(Acknowledgment.builder()
                        .id("CloudFormation-Validate::W2509")
                        .reason("SecretName is a name, not a password")
                        .build());
        ArchiveParameters archives = new ArchiveParameters(this);
        TailscaleProxy proxy = new TailscaleProxy(this, "Proxy", settings(archives.propsWithStandIns(folder)));
        archives.applyTo(proxy);
        permitCaller(proxy);
        makeAlarmsOptional(proxy);
        new ProxyOutputs(proxy).addTo(this);
    }

    private TailscaleProxyProps settings(TailscaleProxyProps.Builder props) {
        CfnParameter secret = CfnParameter.Builder.create(this, "SecretName")
                .description(
                        "Name of the secret with the auth key or OAuth client secret, in the account and region of "
                                + "the stack. Not the key itself")
                .allowedPattern(SECRET_NAME)
                .defaultValue(ProxySettings.DEFAULT_SECRET)
                .build();
        return props.credentials(
                        TailnetCredentials.authKey(Secret.fromSecretNameV2(this, "Secret", secret.getValueAsString())))
                .node(NodeOptions.builder()
                        .hostname(
                                optional("Hostname", HOSTNAME, "Node name in the tailnet; empty: the function's name"))
                        .addAdvertiseTags(optional(
                                "AdvertiseTags", TAGS, "Tags, separated by commas; an OAuth client needs them"))
                        .loginServer(optional("LoginServer", URL, "Another control server than Tailscale's"))
                        .build())
                .proxyOptions(ProxyOptions.builder()
                        .addAllowedTargets(optional("AllowedTargets", TARGETS, "Targets beyond the tailnet's peers"))
                        .addDeniedTargets(optional("DeniedTargets", TARGETS, "Targets that are refused"))
                        .build())
                .monitoring(MonitoringOptions.builder().alarms(true).build())
                .build();
    }

    /** An empty variable counts as not set, so none of these needs a condition. */
    private String optional(String id, String pattern, String description) {
        return CfnParameter.Builder.create(this, id)
                .description(description)
                .allowedPattern(pattern)
                .defaultValue("")
                .build()
                .getValueAsString();
    }

    /** The two permissions of {@code grantInvokeUrl}, which cannot be given to a principal that is known at deployment only. */
    private void permitCaller(TailscaleProxy proxy) {
        CfnParameter caller = CfnParameter.Builder.create(this, "CallerArn")
                .description("ARN of the role, user or account root that may send requests; empty: nobody beyond "
                        + "principals of this account with policies of their own")
                .allowedPattern(PRINCIPAL)
                .defaultValue("")
                .build();
        CfnCondition given = CfnCondition.Builder.create(this, "HasCaller")
                .expression(Fn.conditionNot(Fn.conditionEquals(caller.getValueAsString(), "")))
                .build();
        String function = proxy.getFunction().getFunctionArn();
        List.of(
                        CfnPermission.Builder.create(this, "CallerInvokesUrl")
                                .action("lambda:InvokeFunctionUrl")
                                .functionName(function)
                                .functionUrlAuthType("AWS_IAM")
                                .principal(caller.getValueAsString())
                                .build(),
                        CfnPermission.Builder.create(this, "CallerInvokesFunction")
                                .action("lambda:InvokeFunction")
                                .functionName(function)
                                .invokedViaFunctionUrl(true)
                                .principal(caller.getValueAsString())
                                .build())
                .forEach(permission -> permission.getCfnOptions().setCondition(given));
    }

    private void makeAlarmsOptional(TailscaleProxy proxy) {
        CfnParameter alarms = CfnParameter.Builder.create(this, "Alarms")
                .description("CloudWatch alarms")
                .allowedValues(List.of("false", "true"))
                .defaultValue("false")
                .build();
        CfnCondition wanted = CfnCondition.Builder.create(this, "HasAlarms")
                .expression(Fn.conditionEquals(alarms.getValueAsString(), "true"))
                .build();
        proxy.getNode().findAll().stream()
                .filter(CfnResource.class::isInstance)
                .map(CfnResource.class::cast)
                .filter(resource -> TYPES_OF_ALARMS.contains(resource.getCfnResourceType()))
                .forEach(resource -> resource.getCfnOptions().setCondition(wanted));
    }
}
