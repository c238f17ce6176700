package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestArchives;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;
import software.amazon.awscdk.services.route53.IHostedZone;

/** A webhook forwarder with a domain of its own. */
class WebhookDomainTest {

    private static final String NAME = "hooks.example.com";

    @TempDir
    private Path folder;

    private TestStack testStack;

    @BeforeEach
    void testStack() {
        testStack = TestStack.in(folder, "eu-central-1");
    }

    private ICertificate certificate(String region) {
        return Certificate.fromCertificateArn(
                testStack.stack(), "Certificate", "arn:aws:acm:" + region + ":123456789012:certificate/some");
    }

    private WebhookForwarder forwarder(String region, Optional<IHostedZone> zone) {
        WebhookAuthorizerProps.Builder authorizer = WebhookAuthorizerProps.builder();
        authorizer
                .addAllowedSources("192.0.2.0/24")
                .functionArchive(testStack.archives().nativeFor(TestArchives.ELF_AARCH64));
        return new WebhookForwarder(
                testStack.stack(),
                "Webhooks",
                WebhookForwarderProps.builder()
                        .authorizer(new WebhookAuthorizer(testStack.stack(), "Authorizer", authorizer.build()))
                        .forwarder(testStack.forwarder(props -> {}))
                        .domain(WebhookDomainOptions.builder()
                                .name(NAME)
                                .certificate(certificate(region))
                                .hostedZone(zone)
                                .build())
                        .build());
    }

    @Test
    void defaultEndpointIsClosed() {
        WebhookForwarder forwarder = forwarder("eu-central-1", Optional.empty());

        assertThat(testStack
                        .onlyResource("AWS::ApiGatewayV2::Api")
                        .at("/Properties/DisableExecuteApiEndpoint")
                        .asBoolean())
                .isTrue();
        assertThat(forwarder.getUrl()).isEqualTo("https://hooks.example.com/");
    }

    @Test
    void domainLeadsToTheStageWithTls12InBothFamilies() {
        WebhookForwarder forwarder = forwarder("eu-central-1", Optional.empty());

        JsonNode domain =
                testStack.onlyResource("AWS::ApiGatewayV2::DomainName").at("/Properties");
        assertThat(domain.at("/DomainName").asText()).isEqualTo(NAME);
        JsonNode configuration = domain.at("/DomainNameConfigurations/0");
        assertThat(configuration.at("/SecurityPolicy").asText()).isEqualTo("TLS_1_2");
        assertThat(configuration.at("/EndpointType").asText()).isEqualTo("REGIONAL");
        assertThat(configuration.at("/IpAddressType").asText()).isEqualTo("dualstack");
        JsonNode mapping =
                testStack.onlyResource("AWS::ApiGatewayV2::ApiMapping").at("/Properties");
        assertThat(mapping.at("/Stage").asText()).isEqualTo("$default");
        assertThat(mapping.at("/DomainName/Ref").asText()).startsWith("WebhooksDomain");
        assertThat(mapping.has("ApiMappingKey")).isFalse();
        assertThat(forwarder.getRegionalDomainName()).isPresent();
    }

    @Test
    void zoneGetsRecordsOfBothFamilies() {
        IHostedZone zone = HostedZone.fromHostedZoneAttributes(
                testStack.stack(),
                "Zone",
                HostedZoneAttributes.builder()
                        .hostedZoneId("Z0123456789ABCDEFGHIJ")
                        .zoneName("example.com")
                        .build());
        forwarder("eu-central-1", Optional.of(zone));

        assertThat(TestStack.json(testStack.template())
                        .at("/Resources")
                        .valueStream()
                        .filter(resource -> resource.at("/Type").asText().equals("AWS::Route53::RecordSet"))
                        .map(resource -> resource.at("/Properties/Type").asText() + " "
                                + resource.at("/Properties/Name").asText()))
                .containsExactlyInAnyOrder("A hooks.example.com.", "AAAA hooks.example.com.");
    }

    @Test
    void certificateOfAnotherRegionIsRefused() {
        assertThatThrownBy(() -> forwarder("us-east-1", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("domain.certificate arn:aws:acm:us-east-1:123456789012:certificate/some is in "
                        + "us-east-1, but the stack is in eu-central-1: a regional API takes certificates");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hooks", "Hooks.example.com", "https://hooks.example.com", "hooks.example.com.", "*.example.com"
            })
    void wrongNameIsRefused(String name) {
        WebhookDomainOptions.Builder options =
                WebhookDomainOptions.builder().name(name).certificate(certificate("eu-central-1"));

        assertThatThrownBy(options::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "domain.name is \"" + name + "\": give a full name in lower case, such as hooks.example.com");
    }
}
