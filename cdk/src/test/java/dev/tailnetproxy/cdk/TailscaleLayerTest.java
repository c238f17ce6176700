package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;

class TailscaleLayerTest {

    private static final String TYPE = "AWS::Lambda::LayerVersion";

    /** Runtimes on the Amazon Linuxes before 2023, and one that Lambda never had outside of containers. */
    private static final Pattern OTHER_RUNTIMES = Pattern.compile(
            "nodejs([0-9.]+|1[0-8]\\.x)?|python(2.*|3\\.([6-9]|1[01]))"
                    + "|java(8|8\\.al2|11|17)|dotnetcore.*|dotnet[69]|ruby(2.*|3\\.2)|go.*|provided(\\.al2)?|FROM_IMAGE");

    @TempDir
    private Path folder;

    @Test
    void supportsOneArchitectureAndAnyRuntime() {
        TestStack testStack = new TestStack(folder);
        TailscaleLayerProps props = TailscaleLayerProps.builder()
                .architecture(Architecture.ARM_64)
                .archive(testStack.archives().layer())
                .layerVersionName("tailscale")
                .build();
        new TailscaleLayer(testStack.stack(), "Layer", props);

        testStack
                .template()
                .hasResourceProperties(
                        TYPE, Map.of("CompatibleArchitectures", List.of("arm64"), "LayerName", "tailscale"));
        assertThat(testStack.onlyResource(TYPE).at("/Properties").has("CompatibleRuntimes"))
                .isFalse();
    }

    @Test
    void supportsEveryAmazonLinux2023Runtime() {
        TestStack testStack = new TestStack(folder);
        TailscaleLayerProps props = TailscaleLayerProps.builder()
                .archive(testStack.archives().layer())
                .build();
        TailscaleLayer layer = new TailscaleLayer(testStack.stack(), "Layer", props);
        List<String> served = new ArrayList<>();
        for (Runtime runtime : Runtime.ALL) {
            if (!OTHER_RUNTIMES.matcher(runtime.getName()).matches() && !served.contains(runtime.getName())) {
                Function.Builder.create(testStack.stack(), runtime.getName())
                        .runtime(runtime)
                        .handler("any")
                        .code(Code.fromAsset(testStack.archives().jvm()))
                        .layers(List.of(layer))
                        .build();
                served.add(runtime.getName());
            }
        }

        testStack.template().resourceCountIs("AWS::Lambda::Function", served.size());
        assertThat(served).contains("provided.al2023", "java21", "nodejs24.x", "python3.14", "dotnet10", "ruby3.4");
    }

    @Test
    void usesBuildOutputUnlessArchiveIsGiven() {
        TestStack testStack = new TestStack(folder);

        String here = Path.of("").toAbsolutePath().toString();
        TailscaleLayerProps gone =
                TailscaleLayerProps.builder().archive("gone.zip").build();
        assertThatThrownBy(() -> new TailscaleLayer(testStack.stack(), "Named", gone))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the layer's archive: there is no file " + here + "/gone.zip: build the layer with mvn package "
                                + "at the top of the checkout, or name its zip");
        for (Architecture architecture : List.of(Architecture.ARM_64, Architecture.X86_64)) {
            String built = Repository.file("layer/target/tailscale-layer-" + architecture.getName() + ".zip")
                    .toString();
            TailscaleLayerProps unnamed =
                    TailscaleLayerProps.builder().architecture(architecture).build();
            if (Files.exists(Path.of(built))) {
                assertThat(new TailscaleLayer(testStack.stack(), architecture.getName(), unnamed))
                        .isNotNull();
            } else {
                assertThatThrownBy(() -> new TailscaleLayer(testStack.stack(), architecture.getName(), unnamed))
                        .hasMessageStartingWith("the layer's archive: there is no file " + built + ": build the layer");
            }
        }
    }
}
