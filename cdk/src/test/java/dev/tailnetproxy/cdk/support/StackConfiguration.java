package dev.tailnetproxy.cdk.support;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A way to configure constructs that differs in what its functions may do. */
public interface StackConfiguration {

    /** For a test's report. */
    String name();

    /** Actions that may stand beside a bare {@code *}, because IAM knows no resource for them. */
    Set<String> actionsWithoutResource();

    /** Rules of cdk-nag with the reason why they do not hold here. */
    Map<String, String> suppressions();

    /** A stack of this configuration. */
    TestStack testStack(Path folder);

    /** Those of the proxy and of the webhook forwarder. */
    static List<StackConfiguration> all() {
        return Stream.<List<? extends StackConfiguration>>of(ProxyConfiguration.all(), WebhookConfiguration.all())
                .<StackConfiguration>flatMap(List::stream)
                .toList();
    }
}
