package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration's private instance. */
class TailnetDemoInstanceTest {

    private static final String INSTANCE = "AWS::EC2::Instance";

    @TempDir
    private Path folder;

    private TestStack testStack;

    @BeforeEach
    void testStack() {
        testStack = TestStack.in(folder, "eu-central-1");
    }

    private TailnetDemoInstance instance() {
        return new TailnetDemoInstance(
                testStack.stack(),
                "Target",
                TailnetDemoInstanceProps.builder().authKey(testStack.secret()).build());
    }

    @Test
    void mayReadItsAuthKeyAndNothingElse() {
        instance();

        JsonNode statements = testStack.onlyResource("AWS::IAM::Policy").at("/Properties/PolicyDocument/Statement");
        assertThat(statements).hasSize(1);
        assertThat(statements.at("/0/Action").asText()).isEqualTo("secretsmanager:GetSecretValue");
        assertThat(statements.at("/0/Resource").toString()).contains(":secret:tailscale/auth-key-??????");
        assertThat(testStack.onlyResource("AWS::IAM::Role").at("/Properties").has("ManagedPolicyArns"))
                .isFalse();
    }

    @Test
    void hasNoPublicAddressAndNoOpenPort() {
        instance();

        JsonNode subnet = testStack.onlyResource(INSTANCE).at("/Properties/SubnetId/Ref");
        assertThat(subnet.asText()).contains("Private");
        assertThat(TestStack.json(testStack.template())
                        .at("/Resources/" + subnet.asText() + "/Properties/MapPublicIpOnLaunch")
                        .asBoolean(true))
                .isFalse();
        JsonNode group = testStack.onlyResource("AWS::EC2::SecurityGroup").at("/Properties");
        assertThat(group.has("SecurityGroupIngress")).isFalse();
        assertThat(StreamSupport.stream(group.at("/SecurityGroupEgress").spliterator(), false)
                        .map(rule -> rule.at("/IpProtocol").asText() + " "
                                + rule.at("/FromPort").asText()))
                .containsExactlyInAnyOrder("tcp 443", "udp 0");
    }

    @Test
    void metadataNeedsTokensAndVolumeIsEncrypted() {
        instance();

        JsonNode properties = testStack.onlyResource(INSTANCE).at("/Properties");
        assertThat(properties.at("/MetadataOptions/HttpTokens").asText()).isEqualTo("required");
        assertThat(properties.at("/MetadataOptions/HttpPutResponseHopLimit").asInt())
                .isEqualTo(1);
        assertThat(properties.at("/BlockDeviceMappings/0/Ebs/Encrypted").asBoolean())
                .isTrue();
    }

    @Test
    void userDataHasTheSecretsNameAndNoValue() {
        instance();

        assertThat(testStack.onlyResource(INSTANCE).at("/Properties/UserData").toString())
                .contains(
                        "secret_id='tailscale/auth-key'",
                        "region='eu-central-1'",
                        "name='webhook-demo'",
                        "port=8080",
                        "--auth-key=\\\"file:$key\\\"")
                .doesNotContain("tskey-");
    }

    @Test
    void scriptIsValidBash() throws Exception {
        Process bash = new ProcessBuilder(
                        "bash",
                        "-n",
                        Repository.file("cdk/src/main/resources/dev/tailnetproxy/cdk/demo-instance.sh")
                                .toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output).isEmpty();
        assertThat(bash.exitValue()).isZero();
    }

    @Test
    void quoteInASettingEndsNoText() {
        new TailnetDemoInstance(
                testStack.stack(),
                "Target",
                TailnetDemoInstanceProps.builder()
                        .authKey(testStack.secret())
                        .loginServer("https://control.example/';reboot;'")
                        .build());

        assertThat(testStack.onlyResource(INSTANCE).at("/Properties/UserData").toString())
                .contains("login_server='https://control.example/'\\\\'';reboot;'\\\\'''");
    }

    @Test
    void forwarderReachesItByItsName() {
        assertThat(instance().getUrl()).isEqualTo("http://webhook-demo:8080");
    }

    @Test
    void wrongNameIsRefused() {
        TailnetDemoInstanceProps.Builder props =
                TailnetDemoInstanceProps.builder().authKey(testStack.secret()).hostname("two words");

        assertThatThrownBy(props::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("hostname is \"two words\": a machine's name");
    }
}
