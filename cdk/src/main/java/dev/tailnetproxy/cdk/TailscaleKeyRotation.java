package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.RotationVariables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Permission;
import software.amazon.awscdk.services.secretsmanager.CfnRotationSchedule;
import software.constructs.Construct;

/**
 * Replaces the auth key in a secret: a function that Secrets Manager calls, a schedule that revokes the old key after the
 * overlap, and an alarm on a failed rotation.
 *
 * <p>Not {@code Secret.addRotationSchedule}, which also lets the role make random passwords, and any account's Secrets
 * Manager invoke the function.
 */
public class TailscaleKeyRotation extends Construct {

    private final TailscaleKeyRotationProps props;
    private final JavaFunction function;
    private final Alarm alarm;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right or the zip was not built yet */
    public TailscaleKeyRotation(Construct scope, String id, TailscaleKeyRotationProps props) {
        super(scope, id);
        this.props = props;
        JavaFunction.Content content = new JavaFunction.Content(
                JavaFunction.Build.of(props),
                "Replaces the auth key of the tailnet",
                "The key rotation",
                List.of(),
                variables(),
                this::addRights);
        this.function = new JavaFunction(this, "Function", props, content);
        addSchedule();
        addRemoval();
        this.alarm = createAlarm();
    }

    private Map<String, String> variables() {
        Map<String, String> values = new TreeMap<>();
        values.put(
                RotationVariables.CREDENTIALS_SECRET.name(),
                new StoredSecret(props.getCredentials(), Optional.empty()).id());
        values.put(RotationVariables.TAGS.name(), String.join(",", props.getNodeTags()));
        values.put(RotationVariables.KEY_DAYS.name(), Integer.toString(props.getKeyDays()));
        values.put(
                RotationVariables.OVERLAP_HOURS.name(),
                Long.toString(props.getOverlap().toHours().longValue()));
        props.getSecretKeyField().ifPresent(field -> values.put(RotationVariables.SECRET_KEY_FIELD.name(), field));
        props.getHeadscaleUrl().ifPresent(url -> {
            values.put(RotationVariables.CONTROL_SERVER.name(), "headscale");
            values.put(RotationVariables.API_URL.name(), url);
        });
        props.getHeadscaleUser()
                .ifPresent(user -> values.put(RotationVariables.HEADSCALE_USER.name(), user.toString()));
        return values;
    }

    private void addRights(Role role) {
        new StoredSecret(props.getCredentials(), props.getCredentialsEncryptionKey()).grantRead(role);
        rotated().grantRotation(role);
    }

    private StoredSecret rotated() {
        return new StoredSecret(props.getSecret(), props.getSecretEncryptionKey());
    }

    private void addSchedule() {
        function.addPermission(
                "SecretsManager",
                Permission.builder()
                        .principal(new ServicePrincipal("secretsmanager.amazonaws.com"))
                        .sourceAccount(Stack.of(this).getAccount())
                        .build());
        CfnRotationSchedule schedule = CfnRotationSchedule.Builder.create(this, "Schedule")
                .secretId(rotated().id())
                .rotationLambdaArn(function.getFunctionArn())
                .rotateImmediatelyOnUpdate(props.isRotateImmediately())
                .rotationRules(CfnRotationSchedule.RotationRulesProperty.builder()
                        .automaticallyAfterDays(props.getPeriodDays())
                        .build())
                .build();
        // Secrets Manager calls the function while the schedule is made: its permission and its rights come first.
        schedule.getNode().addDependency(function);
    }

    private void addRemoval() {
        Rule rule = Rule.Builder.create(this, "Removal")
                .description("Revokes old auth keys of the tailnet after the overlap")
                .schedule(Schedule.rate(Duration.days(1)))
                .build();
        rule.addTarget(LambdaFunction.Builder.create(function)
                .event(RuleTargetInput.fromObject(new TreeMap<>(
                        Map.of("Step", "removeOldKeys", "SecretId", rotated().id()))))
                .build());
    }

    /** Each step that fails is an error of the function. */
    private Alarm createAlarm() {
        Alarm failures = Alarm.Builder.create(this, "FailureAlarm")
                .alarmDescription("The rotation of the tailnet's auth key fails")
                .metric(function.metricErrors(MetricOptions.builder()
                        .statistic("Sum")
                        .period(Duration.minutes(5))
                        .build()))
                .threshold(1)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .evaluationPeriods(1)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        failures.addAlarmAction(props.getAlarmActions().toArray(IAlarmAction[]::new));
        return failures;
    }

    public Function getFunction() {
        return function;
    }

    /** The alarm on a failed rotation. */
    public Alarm getAlarm() {
        return alarm;
    }
}
