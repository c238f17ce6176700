package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.LogGroupProps;
import software.constructs.Construct;

/** The log group of a function. */
final class FunctionLogGroup extends LogGroup {

    FunctionLogGroup(Construct scope, String id, JavaFunctionProps props) {
        super(
                scope,
                id,
                LogGroupProps.builder()
                        .retention(props.getLogRetention())
                        .removalPolicy(props.getLogRemovalPolicy())
                        .encryptionKey(props.getLogEncryption().orElse(null))
                        .build());
        props.getLogEncryption().ifPresent(this::grantToCloudWatchLogs);
    }

    /**
     * Limited to logs of this account and region. The CDK cannot change the policy of an imported key, which needs this
     * statement of its own.
     */
    private void grantToCloudWatchLogs(IKey key) {
        String logGroups = getStack()
                .formatArn(ArnComponents.builder()
                        .service("logs")
                        .resource("log-group")
                        .resourceName("*")
                        .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                        .build());
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .principals(List.of(new ServicePrincipal("logs.amazonaws.com")))
                .actions(List.of(
                        "kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"))
                .resources(List.of("*"))
                .conditions(Map.of("ArnLike", Map.of("kms:EncryptionContext:aws:logs:arn", logGroups)))
                .build());
    }
}
