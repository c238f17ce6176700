package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The certificates of a private authority reach the function. */
class CaBundleTest {

    private static final String AUTHORITY = Repository.text("cdk/src/test/resources/private-authority.pem");
    private static final String VARIABLES = "/Properties/Environment/Variables";
    private static final String INSIDE = "/opt/tailnet-proxy/ca-bundle.pem";

    @TempDir
    private Path folder;

    private String file(String text) {
        try {
            return Files.writeString(folder.resolve("authority.pem"), text, StandardCharsets.ISO_8859_1)
                    .toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private JsonNode function(TestStack testStack) {
        return testStack.onlyResource("AWS::Lambda::Function");
    }

    @Test
    void addsSeparateLayerWithOneFile() throws IOException {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props -> props.caBundle(file(AUTHORITY)));

        JsonNode function = function(testStack);
        assertThat(layers(function))
                .hasSize(2)
                .anyMatch(layer -> layer.startsWith("ProxyLayer"))
                .anyMatch(layer -> layer.startsWith("ProxyCaBundle"));
        assertThat(function.at(VARIABLES + "/TS_PROXY_CA_BUNDLE").asText()).isEqualTo(INSIDE);
        Path asset = assetWithTheBundle(testStack);
        assertThat(asset).hasContent(AUTHORITY);
        for (Path readable : List.of(asset, asset.getParent())) {
            assertThat(Files.getPosixFilePermissions(readable)).contains(PosixFilePermission.OTHERS_READ);
        }
        assertThat(Files.getPosixFilePermissions(asset.getParent())).contains(PosixFilePermission.OTHERS_EXECUTE);
    }

    private Path assetWithTheBundle(TestStack testStack) throws IOException {
        Path out = Path.of(testStack.app().synth().getDirectory());
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(file -> file.endsWith("tailnet-proxy/ca-bundle.pem"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no bundle in " + out));
        }
    }

    @Test
    void layerVersionDependsOnBundleContent() {
        assertThat(layerOf(AUTHORITY)).isEqualTo(layerOf(AUTHORITY)).isNotEqualTo(layerOf(AUTHORITY + AUTHORITY));
    }

    private String layerOf(String bundle) {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props -> props.caBundle(file(bundle)));
        String layer = layers(function(testStack)).stream()
                .filter(name -> name.startsWith("ProxyCaBundle"))
                .findFirst()
                .orElseThrow();
        return TestStack.json(testStack.template())
                .at("/Resources/" + layer + "/Properties/Content/S3Key")
                .asText();
    }

    private static List<String> layers(JsonNode function) {
        return function.at("/Properties/Layers")
                .valueStream()
                .map(layer -> layer.at("/Ref").asText())
                .toList();
    }

    static Stream<Arguments> nodes() {
        String own = "https://headscale.example";
        return Stream.of(
                Arguments.of("Tailscale's control server", NodeOptions.builder().build(), ""),
                Arguments.of(
                        "one's own control server",
                        NodeOptions.builder().loginServer(own).build(),
                        INSIDE),
                Arguments.of(
                        "one's own control server with its own bundle",
                        NodeOptions.builder()
                                .loginServer(own)
                                .extraCa("/opt/ca.pem")
                                .build(),
                        "/opt/ca.pem"),
                Arguments.of(
                        "a bundle of the node alone",
                        NodeOptions.builder().extraCa("/opt/ca.pem").build(),
                        "/opt/ca.pem"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nodes")
    void nodeTrustsBundleForCustomControlServer(String name, NodeOptions node, String extraCa) {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props -> props.node(node).caBundle(file(AUTHORITY)));

        assertThat(function(testStack).at(VARIABLES + "/TS_EXTRA_CA").asText()).isEqualTo(extraCa);
    }

    static Stream<Arguments> invalidBundles() {
        String key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n";
        return Stream.of(
                Arguments.of("", "caBundle: there is no PEM certificate in "),
                Arguments.of("not a certificate", "caBundle: there is no PEM certificate in "),
                Arguments.of("0\u0082\u0001\u0000 DER", "caBundle: there is no PEM certificate in "),
                Arguments.of(
                        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                        "caBundle: there is no PEM certificate in "),
                Arguments.of(AUTHORITY.substring(0, AUTHORITY.length() / 2), "caBundle: the certificates in "),
                Arguments.of(AUTHORITY.replaceFirst("\nM", "\nX"), "caBundle: the certificates in "),
                Arguments.of(AUTHORITY + key, "caBundle: there is a private key in "),
                Arguments.of(
                        key.replace("EC PRIVATE", "ENCRYPTED PRIVATE") + AUTHORITY,
                        "caBundle: there is a private key in "),
                Arguments.of(AUTHORITY + "#".repeat(2_000_000), "caBundle: "));
    }

    @ParameterizedTest
    @MethodSource("invalidBundles")
    void rejectsInvalidBundle(String text, String message) {
        String file = file(text);

        assertRefused(file, message, file);
    }

    @Test
    void namesMissingFileByAbsolutePath() {
        String here = Path.of("").toAbsolutePath().toString();

        assertRefused(
                "gone.pem", "caBundle: there is no file " + here + "/gone.pem: give the PEM file of this machine");
        assertRefused("../gone.pem", "caBundle: there is no file " + here + "/../gone.pem: ");
        assertRefused("~/gone.pem", "caBundle: there is no file " + here + "/~/gone.pem (no shell has put your home");
        assertRefused(folder.toString(), "caBundle: there is no file " + folder);
        assertRefused(" ", "caBundle is blank: ");
        assertRefused("nul\0byte", "caBundle is no path of this system: ");
    }

    @Test
    void rejectsTwoBundles() {
        TestStack testStack = new TestStack(folder);

        assertThatThrownBy(() -> testStack.proxy(props -> props.caBundle(file(AUTHORITY))
                        .proxyOptions(
                                ProxyOptions.builder().caBundle("/opt/ca.pem").build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("caBundle and proxyOptions.caBundle are both given");
    }

    private void assertRefused(String file, String... message) {
        TestStack testStack = new TestStack(folder);
        assertThatThrownBy(() -> testStack.proxy(props -> props.caBundle(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message[0])
                .hasMessageContainingAll(message)
                .hasMessageNotContaining("\n");
    }
}
