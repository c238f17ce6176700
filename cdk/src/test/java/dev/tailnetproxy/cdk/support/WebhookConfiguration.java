package dev.tailnetproxy.cdk.support;

import dev.tailnetproxy.cdk.ForwarderGateway;
import dev.tailnetproxy.cdk.ForwarderOptions;
import dev.tailnetproxy.cdk.HmacOptions;
import dev.tailnetproxy.cdk.MonitoringOptions;
import dev.tailnetproxy.cdk.SenderVerification;
import dev.tailnetproxy.cdk.SignatureScheme;
import dev.tailnetproxy.cdk.TailnetForwarder;
import dev.tailnetproxy.cdk.WebhookAuthorizer;
import dev.tailnetproxy.cdk.WebhookAuthorizerProps;
import dev.tailnetproxy.cdk.WebhookDomainOptions;
import dev.tailnetproxy.cdk.WebhookForwarder;
import dev.tailnetproxy.cdk.WebhookForwarderProps;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.certificatemanager.CertificateProps;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.route53.PublicHostedZone;
import software.amazon.awscdk.services.route53.PublicHostedZoneAttributes;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;

/**
 * A way to configure a forwarder, behind its HTTP API or its Function URL.
 *
 * @param options what its function forwards, and how
 * @param api how the API is configured; without effect with a Function URL
 */
record WebhookConfiguration(
        String name,
        BiConsumer<ForwarderOptions.Builder, Stack> options,
        BiConsumer<WebhookForwarderProps.Builder, Stack> api,
        Map<String, String> suppressions)
        implements StackConfiguration {

    static List<WebhookConfiguration> all() {
        return List.of(
                behindApi("webhooks without verification", (options, stack) -> {}),
                behindApi(
                        "webhooks of GitHub",
                        (options, stack) -> options.verification(verified(SignatureScheme.GITHUB, named(stack)))),
                behindApi(
                        "webhooks with an encrypted secret",
                        (options, stack) -> options.verification(SenderVerification.builder()
                                .from(verified(SignatureScheme.STRIPE, named(stack)))
                                .secretEncryptionKey(rotated(stack))
                                .build())),
                behindApi(
                        "webhooks with an HMAC",
                        (options, stack) -> options.verification(SenderVerification.builder()
                                .from(verified(SignatureScheme.GITHUB, named(stack)))
                                .scheme(SignatureScheme.HMAC)
                                .hmac(HmacOptions.builder()
                                        .header("X-Signature")
                                        .build())
                                .build())),
                withDomain(),
                atFunctionUrl(
                        "function URL for verified senders",
                        (options, stack) -> options.verification(verified(SignatureScheme.GITHUB, named(stack)))),
                atFunctionUrl(
                        "function URL for listed senders",
                        (options, stack) -> options.addAllowedSources("192.0.2.0/24", "2001:db8::/32")));
    }

    private static WebhookConfiguration behindApi(String name, BiConsumer<ForwarderOptions.Builder, Stack> options) {
        return new WebhookConfiguration(name, options, (api, stack) -> {}, Map.of());
    }

    private static WebhookConfiguration atFunctionUrl(
            String name, BiConsumer<ForwarderOptions.Builder, Stack> options) {
        return behindApi(name, options.andThen((built, stack) -> built.gateway(ForwarderGateway.FUNCTION_URL)));
    }

    private static WebhookConfiguration withDomain() {
        return new WebhookConfiguration(
                "webhooks at a domain of their own",
                (options, stack) -> {},
                (api, stack) -> api.accessLogEncryption(rotated(stack))
                        .domain(WebhookDomainOptions.builder()
                                .name("hooks.example.com")
                                .certificate(new Certificate(
                                        stack,
                                        "Certificate",
                                        CertificateProps.builder()
                                                .domainName("hooks.example.com")
                                                .build()))
                                .hostedZone(PublicHostedZone.fromPublicHostedZoneAttributes(
                                        stack,
                                        "Zone",
                                        PublicHostedZoneAttributes.builder()
                                                .hostedZoneId("Z0123456789ABCDEFGHIJ")
                                                .zoneName("example.com")
                                                .build()))
                                .build()),
                Map.of());
    }

    private static SenderVerification verified(SignatureScheme scheme, ISecret secret) {
        return SenderVerification.builder().scheme(scheme).secret(secret).build();
    }

    private static ISecret named(Stack stack) {
        return Secret.fromSecretNameV2(stack, "SenderSecret", "webhooks/sender");
    }

    private static Key rotated(Stack stack) {
        return Key.Builder.create(stack, "Key").enableKeyRotation(true).build();
    }

    @Override
    public Set<String> actionsWithoutResource() {
        return Set.of();
    }

    @Override
    public TestStack testStack(Path folder) {
        TestStack testStack = new TestStack(folder);
        Stack stack = testStack.stack();
        String archive = testStack.archives().nativeFor(TestArchives.ELF_AARCH64);
        ForwarderOptions.Builder built = ForwarderOptions.builder().target("https://orders:8443/base");
        options.accept(built, stack);
        ForwarderOptions configured = built.build();
        TailnetForwarder forwarder = testStack.forwarder(props -> props.forwarder(configured)
                .functionArchive(archive)
                .monitoring(MonitoringOptions.builder().alarms(true).build()));
        if (configured.getGateway() == ForwarderGateway.HTTP_API) {
            WebhookAuthorizerProps.Builder authorizer = WebhookAuthorizerProps.builder();
            authorizer.addAllowedSources("192.0.2.0/24").functionArchive(archive);
            WebhookForwarderProps.Builder props = WebhookForwarderProps.builder()
                    .authorizer(new WebhookAuthorizer(stack, "Authorizer", authorizer.build()))
                    .forwarder(forwarder);
            api.accept(props, stack);
            new WebhookForwarder(stack, "Webhooks", props.build());
        }
        return testStack;
    }

    @Override
    public String toString() {
        return name;
    }
}
