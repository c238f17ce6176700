package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.TailscaleProxy;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.constructs.Construct;

/** The scenario {@code proxy}: a proxy behind its Function URL. */
public class ProxyStack extends Stack {

    private final TailscaleProxy proxy;

    ProxyStack(Construct scope, String id, StackProps props, ProxySettings settings) {
        super(scope, id, props);

        proxy = new TailscaleProxy(this, "Proxy", settings.proxyProps(this));
        settings.callers().forEach(arn -> proxy.grantInvokeUrl(new ArnPrincipal(arn)));
        settings.callerTargets().forEach(entry -> proxy.grantInvokeUrl(entry.who(), entry.targets()));

        CfnOutput.Builder.create(this, "FunctionUrl")
                .description("Where signed requests go")
                .value(proxy.getUrl())
                .build();
        CfnOutput.Builder.create(this, "FunctionName")
                .value(proxy.getFunction().getFunctionName())
                .build();
        CfnOutput.Builder.create(this, "RoleArn")
                .description("The subject of a federated identity")
                .value(proxy.getFunction().getRole().getRoleArn())
                .build();
        CfnOutput.Builder.create(this, "LayerArn")
                .description("For functions that reach the tailnet by themselves")
                .value(proxy.getLayer().getLayerVersionArn())
                .build();
        CfnOutput.Builder.create(this, "Region")
                .description("What requests are signed for")
                .value(getRegion())
                .build();
    }

    public TailscaleProxy getProxy() {
        return proxy;
    }
}
