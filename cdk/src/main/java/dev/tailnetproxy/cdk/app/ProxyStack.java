package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.TailscaleProxy;
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

        new ProxyOutputs(proxy).addTo(this);
    }

    public TailscaleProxy getProxy() {
        return proxy;
    }
}
