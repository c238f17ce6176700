package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.TailnetDemoInstance;
import dev.tailnetproxy.cdk.TailnetForwarderProps;
import java.util.Optional;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** The scenario {@code webhook-demo}: a webhook forwarder to a private instance of the same stack. */
public class WebhookDemoStack extends WebhookStack {

    WebhookDemoStack(Construct scope, String id, StackProps props, WebhookSettings settings) {
        super(scope, id, props, settings, stack -> forwarderProps(stack, settings));

        TailnetDemoInstance target = (TailnetDemoInstance) getNode().findChild("Target");
        output("InstanceId", "The private instance", target.getInstance().getInstanceId());
        output("TargetUrl", "Its page, for machines of the tailnet", target.getUrl() + "/");
        Optional.ofNullable(getNode().tryFindChild("WebhookSecret"))
                .filter(Secret.class::isInstance)
                .map(Secret.class::cast)
                .ifPresent(secret ->
                        output("WebhookSecretArn", "The secret that senders sign with", secret.getSecretArn()));
    }

    private static TailnetForwarderProps forwarderProps(Construct stack, WebhookSettings settings) {
        TailnetDemoInstance target = new TailnetDemoInstance(stack, "Target", settings.instanceProps(stack));
        return settings.forwarderProps(stack, target.getUrl());
    }
}
