package dev.tailnetproxy.cdk;

import dev.tailnetproxy.cdk.support.TestArchives;
import dev.tailnetproxy.cdk.support.TestStack;
import java.util.function.Consumer;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** A key rotation in a stack of its own, with stand-ins for the built zip and the secrets. */
record TestRotation(TestStack testStack) {

    static final String SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tailscale/key-AbCdEf";
    static final String CREDENTIALS = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tailscale/api-GhIjKl";

    TailscaleKeyRotationProps.Builder props() {
        TailscaleKeyRotationProps.Builder props = TailscaleKeyRotationProps.builder();
        props.addNodeTags("tag:lambda")
                .secret(imported("Key", SECRET))
                .credentials(imported("Api", CREDENTIALS))
                .functionArchive(testStack.archives().nativeFor(TestArchives.ELF_AARCH64));
        return props;
    }

    ISecret imported(String id, String arn) {
        return Secret.fromSecretCompleteArn(testStack.stack(), id, arn);
    }

    TailscaleKeyRotation rotation(Consumer<TailscaleKeyRotationProps.Builder> more) {
        TailscaleKeyRotationProps.Builder props = props();
        more.accept(props);
        return new TailscaleKeyRotation(testStack.stack(), "Rotation", props.build());
    }

    TailscaleKeyRotation rotation() {
        return rotation(props -> {});
    }

    /** What the daily rule sends to the function. */
    String removalEvent() {
        return testStack
                .onlyResource("AWS::Events::Rule")
                .at("/Properties/Targets/0/Input")
                .asText();
    }
}
