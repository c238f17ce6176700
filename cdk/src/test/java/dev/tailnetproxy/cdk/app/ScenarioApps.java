package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.support.TestArchives;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;

/** The app with stand-ins for the built zips. */
final class ScenarioApps {

    private ScenarioApps() {}

    /** The settings that a scenario can't do without. */
    static Map<String, String> required(Scenario scenario) {
        Map<String, String> name = Map.of("scenario", scenario.key());
        return switch (scenario) {
            case PROXY -> name;
            case ROTATION -> with(name, Map.of("nodeTags", "tag:lambda"));
            case WEBHOOK ->
                with(
                        name,
                        Map.of(
                                "target", "http://orders:8080",
                                "sources", "192.0.2.0/24",
                                "verify", "github",
                                "webhookSecret", "webhooks/github"));
            case WEBHOOK_DEMO -> with(name, Map.of("sources", "192.0.2.0/24"));
        };
    }

    /** Rules of cdk-nag with the reason why they do not hold in a scenario. */
    static Map<String, String> suppressions(Scenario scenario) {
        return switch (scenario) {
            case PROXY, ROTATION, WEBHOOK -> Map.of();
            case WEBHOOK_DEMO ->
                Map.of(
                        "AwsSolutions-VPC7",
                        "A demonstration of a day; the instance has no open port, and flow logs cost.",
                        "AwsSolutions-EC28",
                        "A demonstration of a day; detailed monitoring costs.",
                        "AwsSolutions-EC29",
                        "A demonstration is removed with one command.",
                        "AwsSolutions-SMG4",
                        "The sender has the secret as well, and is told the next one by its operator.");
        };
    }

    /** Both together. */
    static Map<String, String> with(Map<String, String> context, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(context);
        all.putAll(more);
        return all;
    }

    static App app(Path folder, Map<String, String> context) {
        TestArchives archives = new TestArchives(folder);
        Map<String, String> stands =
                new HashMap<>(Map.of("functionArchive", archives.nativeFor(TestArchives.ELF_AARCH64)));
        String scenario = context.getOrDefault("scenario", "");
        if (!scenario.equals(Scenario.ROTATION.key())) {
            stands.put("layerArchive", archives.layer());
        }
        if (scenario.startsWith(Scenario.WEBHOOK.key())) {
            stands.put("authorizerArchive", archives.nativeFor(TestArchives.ELF_AARCH64));
        }
        App app = TestStack.newApp(folder, with(stands, context));
        TailnetProxyApp.addStack(app);
        return app;
    }

    /** The only stack of the app. */
    static Stack stack(Path folder, Map<String, String> context) {
        return app(folder, context).getNode().getChildren().stream()
                .filter(Stack.class::isInstance)
                .map(Stack.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
