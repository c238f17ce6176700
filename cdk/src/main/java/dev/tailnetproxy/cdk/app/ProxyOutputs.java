package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.TailscaleProxy;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;

/** What a stack with a proxy tells its user. */
record ProxyOutputs(TailscaleProxy proxy) {

    void addTo(Stack stack) {
        CfnOutput.Builder.create(stack, "FunctionUrl")
                .description("Where signed requests go")
                .value(proxy.getUrl())
                .build();
        CfnOutput.Builder.create(stack, "FunctionName")
                .value(proxy.getFunction().getFunctionName())
                .build();
        CfnOutput.Builder.create(stack, "RoleArn")
                .description("The subject of a federated identity")
                .value(proxy.getFunction().getRole().getRoleArn())
                .build();
        CfnOutput.Builder.create(stack, "LayerArn")
                .description("For functions that reach the tailnet by themselves")
                .value(proxy.getLayer().getLayerVersionArn())
                .build();
        CfnOutput.Builder.create(stack, "Region")
                .description("What requests are signed for")
                .value(stack.getRegion())
                .build();
    }
}
