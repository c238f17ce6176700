package dev.tailnetproxy.cdk.app;

import dev.tailnetproxy.cdk.ForwarderOptions;
import dev.tailnetproxy.cdk.ProxyFunctionProps;
import dev.tailnetproxy.cdk.ResponseDetail;
import dev.tailnetproxy.cdk.TailnetDemoInstanceProps;
import dev.tailnetproxy.cdk.TailnetForwarder;
import dev.tailnetproxy.cdk.TailnetForwarderProps;
import dev.tailnetproxy.cdk.WebhookAuthorizerProps;
import dev.tailnetproxy.cdk.WebhookDomainOptions;
import dev.tailnetproxy.cdk.WebhookForwarderProps;
import dev.tailnetproxy.cdk.WebhookQueueProps;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/** The settings of the scenarios {@code webhook} and {@code webhook-demo}. */
record WebhookSettings(Context context) {

    /** The secret with the auth key of the demonstration's instance, which has another tag than the forwarder. */
    private static final String DEFAULT_INSTANCE_SECRET = "tailscale/instance-auth-key";

    /** As long as an HTTP API waits. */
    private static final int DEFAULT_TIMEOUT_SECONDS = 30;

    private static final Pattern CERTIFICATE_ARN =
            Pattern.compile("arn:[^:]+:acm:[^:]+:[0-9]{12}:certificate/[A-Za-z0-9-]+");

    /** The authorizer's. */
    WebhookAuthorizerProps authorizerProps(Optional<IKey> logKey, Optional<IKey> environmentKey) {
        context.required(
                ContextName.SOURCES,
                "the senders' addresses and prefixes, separated by commas, which scripts/sender-addresses prints for some "
                        + "senders");
        WebhookAuthorizerProps.Builder props = WebhookAuthorizerProps.builder();
        props.allowedSources(context.list(ContextName.SOURCES))
                .logEncryption(logKey)
                .environmentEncryption(environmentKey);
        context.architecture().ifPresent(props::architecture);
        context.text(ContextName.AUTHORIZER_ARCHIVE).ifPresent(props::functionArchive);
        context.number(ContextName.DECISION_CACHE_SECONDS)
                .map(Duration::seconds)
                .ifPresent(props::decisionCacheTtl);
        return props.build();
    }

    /** The forwarder's, to the target of the settings. */
    TailnetForwarderProps forwarderProps(Construct scope) {
        return forwarderProps(
                scope, context.required(ContextName.TARGET, "the private service's URL, such as http://orders:8080"));
    }

    /** The forwarder's, to this target. */
    TailnetForwarderProps forwarderProps(Construct scope, String target) {
        ProxyFunctionProps proxy = new ProxySettings(context).proxyProps(scope);
        TailnetForwarderProps.Builder props = TailnetForwarderProps.builder();
        props.from(proxy)
                .timeout(Duration.seconds(
                        context.number(ContextName.TIMEOUT_SECONDS).orElse(DEFAULT_TIMEOUT_SECONDS)))
                .forwarder(forwarderOptions(scope, target));
        return props.build();
    }

    private ForwarderOptions forwarderOptions(Construct scope, String target) {
        return ForwarderOptions.builder()
                .target(target)
                .allowedMethods(context.list(ContextName.METHODS))
                .allowedPaths(context.list(ContextName.PATHS))
                .allowedContentTypes(context.list(ContextName.CONTENT_TYPES))
                .maxBodyBytes(context.number(ContextName.MAX_BODY_BYTES))
                .response(context.choice(ContextName.RESPONSE, ResponseDetail.class))
                .verification(new VerificationSettings(context).verification(scope))
                .build();
    }

    /** Adds what the settings say of the API. */
    void addApi(Construct scope, WebhookForwarderProps.Builder props) {
        context.number(ContextName.RATE_LIMIT).ifPresent(props::rateLimit);
        context.number(ContextName.BURST_LIMIT).ifPresent(props::burstLimit);
        Optional<String> name = context.text(ContextName.DOMAIN_NAME);
        Optional<String> certificate = context.text(ContextName.CERTIFICATE);
        if (name.isPresent() != certificate.isPresent()) {
            throw new IllegalArgumentException(
                    "domainName and certificate belong together: give both, or neither for the API's own endpoint");
        }
        name.ifPresent(domain -> props.domain(WebhookDomainOptions.builder()
                .name(domain)
                .certificate(Certificate.fromCertificateArn(
                        scope,
                        "Certificate",
                        Context.requireMatch(
                                CERTIFICATE_ARN,
                                ContextName.CERTIFICATE,
                                certificate.orElseThrow(),
                                "the certificate's ARN, arn:aws:acm:…:certificate/…")))
                .build()));
    }

    /** How accepted requests get to the target. */
    private enum Delivery {
        /** While the sender waits. */
        DIRECT,
        /** From a queue, afterwards. */
        QUEUED
    }

    /** The queue of the forwarder; empty when the sender waits for the target. */
    Optional<WebhookQueueProps> queueProps(TailnetForwarder forwarder) {
        if (context.choice(ContextName.DELIVERY, Delivery.class).orElse(Delivery.DIRECT) == Delivery.DIRECT) {
            requireNone(ContextName.QUEUE_ORDER);
            requireNone(ContextName.GIVE_UP_HOURS);
            return Optional.empty();
        }
        WebhookQueueProps.Builder props = WebhookQueueProps.builder().forwarder(forwarder);
        context.choice(ContextName.QUEUE_ORDER, WebhookQueueProps.Order.class).ifPresent(props::order);
        context.number(ContextName.GIVE_UP_HOURS).map(Duration::hours).ifPresent(props::giveUp);
        return Optional.of(props.build());
    }

    private void requireNone(ContextName ofQueue) {
        if (context.text(ofQueue).isPresent()) {
            throw new IllegalArgumentException(
                    ofQueue.key() + " has no effect without delivery=queued: give both, or leave it out");
        }
    }

    /** The demonstration's instance. */
    TailnetDemoInstanceProps instanceProps(Construct scope) {
        TailnetDemoInstanceProps.Builder props = TailnetDemoInstanceProps.builder()
                .authKey(context.secret(scope, "InstanceSecret", ContextName.INSTANCE_SECRET, DEFAULT_INSTANCE_SECRET))
                .loginServer(context.text(ContextName.LOGIN_SERVER));
        context.key(scope, "InstanceSecretKey", ContextName.INSTANCE_SECRET_KEY).ifPresent(props::authKeyEncryptionKey);
        return props.build();
    }
}
