package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.TailscaleKeyRotationProps;
import software.amazon.awscdk.Duration;
import software.constructs.Construct;

/** The settings of the scenario {@code rotation}. */
record RotationSettings(Context context) {

    private static final String DEFAULT_CREDENTIALS = "tailscale/api";

    TailscaleKeyRotationProps rotationProps(Construct scope) {
        TailscaleKeyRotationProps.Builder props = TailscaleKeyRotationProps.builder();
        props.secret(context.secret(scope, "Secret", ContextName.SECRET, ProxySettings.DEFAULT_SECRET))
                .credentials(context.secret(scope, "Credentials", ContextName.CREDENTIALS, DEFAULT_CREDENTIALS))
                .nodeTags(context.list(ContextName.NODE_TAGS))
                .rotateImmediately(context.flag(ContextName.ROTATE_IMMEDIATELY, true));
        addKeys(scope, props);
        addTimes(props);
        addFunction(props);
        context.text(ContextName.SECRET_FIELD).ifPresent(props::secretKeyField);
        context.text(ContextName.HEADSCALE_URL).ifPresent(props::headscaleUrl);
        context.number(ContextName.HEADSCALE_USER).ifPresent(props::headscaleUser);
        return props.build();
    }

    private void addKeys(Construct scope, TailscaleKeyRotationProps.Builder props) {
        context.key(scope, "SecretKey", ContextName.SECRET_KEY).ifPresent(props::secretEncryptionKey);
        context.key(scope, "CredentialsKey", ContextName.CREDENTIALS_KEY).ifPresent(props::credentialsEncryptionKey);
        context.key(scope, "LogKey", ContextName.LOG_KEY).ifPresent(props::logEncryption);
        context.key(scope, "EnvironmentKey", ContextName.ENVIRONMENT_KEY).ifPresent(props::environmentEncryption);
    }

    private void addTimes(TailscaleKeyRotationProps.Builder props) {
        context.number(ContextName.PERIOD_DAYS).ifPresent(props::periodDays);
        context.number(ContextName.KEY_DAYS).ifPresent(props::keyDays);
        context.number(ContextName.OVERLAP_HOURS).map(Duration::hours).ifPresent(props::overlap);
    }

    private void addFunction(TailscaleKeyRotationProps.Builder props) {
        context.architecture().ifPresent(props::architecture);
        context.text(ContextName.FUNCTION_ARCHIVE).ifPresent(props::functionArchive);
        context.text(ContextName.FUNCTION_NAME).ifPresent(props::functionName);
        context.number(ContextName.MEMORY_SIZE).ifPresent(props::memorySize);
        context.number(ContextName.TIMEOUT_SECONDS).map(Duration::seconds).ifPresent(props::timeout);
    }
}
