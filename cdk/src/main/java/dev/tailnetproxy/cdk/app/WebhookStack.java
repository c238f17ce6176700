package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.TailnetForwarder;
import dev.tailnetproxy.cdk.TailnetForwarderProps;
import dev.tailnetproxy.cdk.WebhookAuthorizer;
import dev.tailnetproxy.cdk.WebhookForwarder;
import dev.tailnetproxy.cdk.WebhookForwarderProps;
import dev.tailnetproxy.cdk.WebhookQueue;
import dev.tailnetproxy.cdk.WebhookQueueProps;
import java.util.function.Function;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** The scenario {@code webhook}: an HTTP API with its authorizer, and a forwarder into the tailnet behind it. */
public class WebhookStack extends Stack {

    private final TailnetForwarder forwarder;
    private final WebhookForwarder webhooks;

    WebhookStack(Construct scope, String id, StackProps props, WebhookSettings settings) {
        this(scope, id, props, settings, settings::forwarderProps);
    }

    /** @param forwarderProps those of the forwarder in this stack */
    WebhookStack(
            Construct scope,
            String id,
            StackProps props,
            WebhookSettings settings,
            Function<Construct, TailnetForwarderProps> forwarderProps) {
        super(scope, id, props);

        TailnetForwarderProps ofForwarder = forwarderProps.apply(this);
        WebhookAuthorizer authorizer = new WebhookAuthorizer(
                this,
                "Authorizer",
                settings.authorizerProps(ofForwarder.getLogEncryption(), ofForwarder.getEnvironmentEncryption()));
        forwarder = new TailnetForwarder(this, "Forwarder", ofForwarder);
        WebhookForwarderProps.Builder ofApi = WebhookForwarderProps.builder()
                .authorizer(authorizer)
                .forwarder(forwarder)
                .accessLogEncryption(ofForwarder.getLogEncryption());
        settings.addApi(this, ofApi);
        webhooks = new WebhookForwarder(this, "Webhooks", ofApi.build());

        settings.queueProps(forwarder).ifPresent(this::addQueue);

        output("WebhookUrl", "Where senders send to", webhooks.getUrl());
        output(
                "ForwarderName",
                "The function that forwards",
                forwarder.getFunction().getFunctionName());
        output(
                "AuthorizerName",
                "The function that allows sources",
                authorizer.getFunction().getFunctionName());
        output(
                "RoleArn",
                "The subject of a federated identity",
                forwarder.getFunction().getRole().getRoleArn());
        webhooks.getRegionalDomainName()
                .ifPresent(name -> output("RegionalDomainName", "What records of the domain lead to", name));
    }

    private void addQueue(WebhookQueueProps props) {
        WebhookQueue queue = new WebhookQueue(this, "Queue", props);
        output("QueueUrl", "Where accepted requests wait", queue.getQueue().getQueueUrl());
        output(
                "DeadLetterQueueUrl",
                "Where requests are that could not be delivered",
                queue.getDeadLetterQueue().getQueueUrl());
    }

    final void output(String id, String description, String value) {
        CfnOutput.Builder.create(this, id).description(description).value(value).build();
    }

    public TailnetForwarder getForwarder() {
        return forwarder;
    }

    public WebhookForwarder getWebhooks() {
        return webhooks;
    }
}
