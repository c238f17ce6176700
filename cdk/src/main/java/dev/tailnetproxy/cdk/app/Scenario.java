package dev.tailnetproxy.cdk.app;

import java.util.Locale;

/** The stacks that the app can deploy; {@code -c scenario=} names it in lower case, with hyphens. */
enum Scenario {
    PROXY("TailnetProxy"),
    ROTATION("TailnetProxyKeyRotation"),
    WEBHOOK("TailnetProxyWebhook"),
    WEBHOOK_DEMO("TailnetProxyWebhookDemo");

    private final String defaultStackName;

    /** @param defaultStackName another one for each, because a stack replaces all that was deployed under its name */
    Scenario(String defaultStackName) {
        this.defaultStackName = defaultStackName;
    }

    String defaultStackName() {
        return defaultStackName;
    }

    /** Its name in the context. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
