package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.InvokeMode;
import software.amazon.awscdk.services.sns.Topic;

/** Invalid properties are refused when they are set, with the correction. */
class InvalidPropertiesTest {

    @TempDir
    private Path folder;

    private static Arguments refused(Supplier<?> building, String message) {
        return Arguments.of(message, building);
    }

    static Stream<Arguments> nodes() {
        return Stream.of(
                refused(() -> node().hostname("-edge").build(), "hostname is \"-edge\": a machine's name has 1 to 63"),
                refused(() -> node().hostname("e".repeat(64)).build(), "hostname is \"eee"),
                refused(() -> node().hostname("").build(), "hostname is \"\""),
                refused(
                        () -> node().addAdvertiseTags("lambda").build(),
                        "advertiseTags has \"lambda\": write a tag as"),
                refused(() -> node().addAdvertiseTags("tag:a,tag:b").build(), "advertiseTags has \"tag:a,tag:b\""),
                refused(() -> node().loginServer("headscale.example").build(), "loginServer is \"headscale.example\""),
                refused(
                        () -> node().loginServer("ftp://x").build(),
                        "loginServer is \"ftp://x\": give an address such as"),
                refused(() -> node().extraCa("ca.pem").build(), "extraCa is \"ca.pem\": give an absolute path"),
                refused(() -> node().runDir("tmp").build(), "runDir is \"tmp\""),
                refused(() -> node().socksPort(0).build(), "socksPort is 0: give a whole number from 1 to 65535"),
                refused(() -> node().socksPort(65_536).build(), "socksPort is 65536"),
                refused(() -> node().joinTimeout(Duration.minutes(16)).build(), "joinTimeout is 960000 ms"),
                refused(() -> node().extraArgs(" ").build(), "extraArgs is blank"),
                refused(() -> exitNode().node("").build(), "exitNode.node is blank"),
                refused(() -> exitNode().pingRetries(101).build(), "exitNode.pingRetries is 101"),
                refused(() -> exitNode().pingRetries(-1).build(), "exitNode.pingRetries is -1"),
                refused(
                        () -> exitNode().pingTimeout(Duration.minutes(11)).build(),
                        "exitNode.pingTimeout is 660000 ms"),
                refused(() -> exitNode().pingTimeout(Duration.millis(0)).build(), "exitNode.pingTimeout is 0 ms"),
                refused(
                        () -> TailnetCredentials.federatedIdentity("", "a"),
                        "The federated identity's clientId is blank"),
                refused(
                        () -> TailnetCredentials.federatedIdentity("c", " "),
                        "The federated identity's audience is blank"));
    }

    static Stream<Arguments> proxyOptions() {
        Duration long16 = Duration.minutes(16);
        Duration none = Duration.millis(0);
        return Stream.of(
                refused(() -> options().addAllowedTargets("").build(), "allowedTargets has \"\": give an address"),
                refused(() -> options().addAllowedTargets("a,b").build(), "allowedTargets has \"a,b\""),
                refused(() -> options().addAllowedTargets("https://a").build(), "allowedTargets has \"https://a\""),
                refused(() -> options().addDeniedTargets("two names").build(), "deniedTargets has \"two names\""),
                refused(() -> options().addTlsInsecureTargets("[::1").build(), "tlsInsecureTargets has \"[::1\""),
                refused(() -> options().caBundle("ca.pem").build(), "caBundle is \"ca.pem\""),
                refused(() -> options().joinWait(long16).build(), "joinWait is 960000 ms: give a duration from 0 ms"),
                refused(() -> options().settleTime(long16).build(), "settleTime is 960000 ms"),
                refused(
                        () -> options().connectTimeout(none).build(),
                        "connectTimeout is 0 ms: give a duration from 1 ms"),
                refused(() -> options().firstByteTimeout(none).build(), "firstByteTimeout is 0 ms"),
                refused(() -> options().idleTimeout(none).build(), "idleTimeout is 0 ms"),
                refused(() -> options().maxConnections(0).build(), "maxConnections is 0"),
                refused(() -> options().socksHost("").build(), "socksHost is blank"),
                refused(() -> options().localApiSocket("off").build(), "localApiSocket is \"off\""),
                refused(() -> options().stateFile("state.json").build(), "stateFile is \"state.json\""),
                refused(
                        () -> MonitoringOptions.builder()
                                .alarms(true)
                                .failureThreshold(0)
                                .build(),
                        "monitoring.failureThreshold is 0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"nodes", "proxyOptions"})
    void rejectsInvalidOption(String message, Supplier<?> building) {
        assertRefused(building::get, message);
    }

    @Test
    void rejectsInvalidProxyProps() {
        TestStack testStack = new TestStack(folder);
        TailnetCredentials client = TailnetCredentials.oauthClient(testStack.secret());
        TailnetCredentials identity = TailnetCredentials.federatedIdentity("client", "audience");
        TailnetCredentials key = TailnetCredentials.authKey(testStack.secret());
        Map<String, Supplier<TailscaleProxyProps.Builder>> wrong = Map.ofEntries(
                Map.entry(
                        "Cannot build TailscaleProxyProps, some of required attributes are not set [credentials]",
                        TailscaleProxyProps::builder),
                Map.entry("node.advertiseTags is empty: a node that joins with an OAuth client", () -> with(client)),
                Map.entry("node.advertiseTags is empty: ", () -> with(identity)),
                Map.entry(
                        "secretEncryptionKey is given, but a federated identity joins without a secret: leave it out",
                        () -> with(identity)
                                .node(NodeOptions.builder()
                                        .addAdvertiseTags("tag:lambda")
                                        .build())
                                .secretEncryptionKey(new Key(testStack.stack(), "Key"))),
                Map.entry("memorySize is 127: give a whole number from 128 to 10240", () -> with(key)
                        .memorySize(127)),
                Map.entry("memorySize is 10241", () -> with(key).memorySize(10_241)),
                Map.entry("timeout is 999 ms", () -> with(key).timeout(Duration.millis(999))),
                Map.entry("timeout is 901000 ms", () -> with(key).timeout(Duration.seconds(901))),
                Map.entry(
                        "invokeMode is RESPONSE_STREAM: the proxy does not stream responses yet; leave invokeMode out",
                        () -> with(key).invokeMode(InvokeMode.RESPONSE_STREAM)),
                Map.entry("reservedConcurrentExecutions is -1", () -> with(key).reservedConcurrentExecutions(-1)),
                Map.entry("vpcSubnets or securityGroups are given without a vpc", () -> with(key)
                        .vpcSubnets(SubnetSelection.builder().build())),
                Map.entry("layer and layerArchive are both given", () -> with(key)
                        .layer(new TailscaleLayer(
                                testStack.stack(),
                                "Layer",
                                TailscaleLayerProps.builder()
                                        .archive(testStack.archives().layer())
                                        .build()))
                        .layerArchive("layer.zip")));

        wrong.forEach((message, props) -> assertThatThrownBy(() -> props.get().build())
                .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
                .hasMessageStartingWith(message));
    }

    @Test
    void rejectsAlarmActionsWithoutAlarms() {
        IAlarmAction action = new SnsAction(new Topic(new Stack(new App(), "Stack"), "Topic"));

        assertRefused(
                () -> MonitoringOptions.builder().alarmActions(List.of(action)).build(),
                "monitoring.alarmActions are given, but there are no alarms: set monitoring.alarms to true");
    }

    @Test
    void rejectsBlankSecretField() {
        TestStack testStack = new TestStack(folder);

        assertRefused(
                () -> new TailnetCredentials.AuthKey(testStack.secret(), Optional.of("")),
                "The field of the auth key's secret is blank");
    }

    private static void assertRefused(ThrowingCallable building, String message) {
        assertThatThrownBy(building)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private static NodeOptions.Builder node() {
        return NodeOptions.builder();
    }

    private static ExitNodeOptions.Builder exitNode() {
        return ExitNodeOptions.builder().node("exit");
    }

    private static ProxyOptions.Builder options() {
        return ProxyOptions.builder();
    }

    private static TailscaleProxyProps.Builder with(TailnetCredentials credentials) {
        return TailscaleProxyProps.builder().credentials(credentials);
    }
}
