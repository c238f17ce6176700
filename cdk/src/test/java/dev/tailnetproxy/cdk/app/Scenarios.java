package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.support.Archives;
import dev.tailnetproxy.cdk.support.Synthesis;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;

/** The app with stand-ins for the built zips. */
final class Scenarios {

    private Scenarios() {}

    static App app(Path folder, Map<String, String> context) {
        Archives archives = new Archives(folder);
        Map<String, String> all = new HashMap<>(
                Map.of("functionArchive", archives.nativeFor(Archives.ELF_AARCH64), "layerArchive", archives.layer()));
        all.putAll(context);
        App app = Synthesis.newApp(folder, all);
        TailnetProxyApp.addStack(app);
        return app;
    }

    static Stack stack(Path folder, Map<String, String> context) {
        return (Stack) app(folder, context).getNode().findChild(context.getOrDefault("stackName", "TailnetProxy"));
    }
}
