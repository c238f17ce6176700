package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.TailscaleKeyRotation;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** The scenario {@code rotation}: the auth key of a tailnet is replaced regularly. */
public class RotationStack extends Stack {

    private final TailscaleKeyRotation rotation;

    RotationStack(Construct scope, String id, StackProps props, RotationSettings settings) {
        super(scope, id, props);

        rotation = new TailscaleKeyRotation(this, "Rotation", settings.rotationProps(this));

        CfnOutput.Builder.create(this, "FunctionName")
                .description("What Secrets Manager invokes")
                .value(rotation.getFunction().getFunctionName())
                .build();
        CfnOutput.Builder.create(this, "AlarmName")
                .description("The alarm on a failed rotation")
                .value(rotation.getAlarm().getAlarmName())
                .build();
    }

    public TailscaleKeyRotation getRotation() {
        return rotation;
    }
}
