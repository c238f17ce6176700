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

    static App app(Path folder, Map<String, String> context) {
        TestArchives archives = new TestArchives(folder);
        Map<String, String> all = new HashMap<>(Map.of(
                "functionArchive", archives.nativeFor(TestArchives.ELF_AARCH64), "layerArchive", archives.layer()));
        all.putAll(context);
        App app = TestStack.newApp(folder, all);
        TailnetProxyApp.addStack(app);
        return app;
    }

    static Stack stack(Path folder, Map<String, String> context) {
        return (Stack) app(folder, context).getNode().findChild(context.getOrDefault("stackName", "TailnetProxy"));
    }
}
