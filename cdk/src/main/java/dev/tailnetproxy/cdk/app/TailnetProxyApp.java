package dev.tailnetproxy.cdk.app;

import software.amazon.awscdk.App;
import software.amazon.awscdk.StackProps;

/** What {@code cdk.json} runs. */
public final class TailnetProxyApp {

    private TailnetProxyApp() {}

    public static void main(String[] args) {
        App app = new App();
        try {
            addStack(app);
        } catch (IllegalArgumentException invalid) {
            System.err.println(invalid.getMessage());
            System.exit(1);
        }
        app.synth();
    }

    /**
     * Adds the stack of the scenario that the context names. It belongs to no account or region: the CLI deploys it where
     * its credentials are.
     *
     * @throws IllegalArgumentException with a sentence when the context cannot be right
     */
    static void addStack(App app) {
        Context context = Context.of(app);
        String stack = context.stackName();
        switch (context.scenario()) {
            case PROXY ->
                new ProxyStack(app, stack, described("Tailnet proxy for AWS Lambda"), new ProxySettings(context));
            case ROTATION ->
                new RotationStack(
                        app,
                        stack,
                        described("Key rotation of the tailnet proxy for AWS Lambda"),
                        new RotationSettings(context));
            case WEBHOOK ->
                new WebhookStack(
                        app, stack, described("Webhook forwarder into a tailnet"), new WebhookSettings(context));
            case WEBHOOK_DEMO ->
                new WebhookDemoStack(
                        app,
                        stack,
                        described("Webhook forwarder into a tailnet, with a private instance"),
                        new WebhookSettings(context));
        }
    }

    private static StackProps described(String description) {
        return StackProps.builder().description(description).build();
    }
}
