package dev.tailnetproxy.cdk.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.Variable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The template of {@code deploy/sam}, as SAM translates it, is the product of {@code deploy/cloudformation}: what both
 * have by the same name is the same.
 */
class SamTemplateIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OF_NATIVE_RUNTIME = "DISABLE_SIGNAL_HANDLERS";

    /** CDK's names end with a hash. */
    private static final String HASH = "(Proxy[A-Za-z]+)[0-9A-F]{8}\\b";

    private static JsonNode sam;
    private static JsonNode plain;

    @BeforeAll
    static void bothTemplates() throws Exception {
        sam = Intrinsics.flatten(translated());
        plain = Intrinsics.flatten(JSON.readTree(
                Repository.text("deploy/cloudformation/template.json").replaceAll(HASH, "$1")));
    }

    private static JsonNode translated() throws IOException, InterruptedException {
        Process translator = new ProcessBuilder(
                        Repository.file("cdk/target/python-tools/bin/python").toString(),
                        Repository.file("cdk/src/test/python/translate_sam.py").toString(),
                        Repository.file("deploy/sam/template.yaml").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(translator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(translator.waitFor()).isZero();
        return JSON.readTree(output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Description",
                "Runtime",
                "Handler",
                "MemorySize",
                "Architectures",
                "Timeout",
                "Environment",
                "LoggingConfig",
                "Role"
            })
    void functionIsTheSame(String property) {
        String pointer = "/Resources/ProxyFunction/Properties/" + property;

        assertThat(plain.at(pointer).isMissingNode()).isFalse();
        assertThat(sam.at(pointer)).isEqualTo(plain.at(pointer));
    }

    @Test
    void urlAcceptsSignedRequestsOnly() {
        JsonNode url = sam.at("/Resources/ProxyFunctionUrl");

        assertThat(url.at("/Type").asText()).isEqualTo("AWS::Lambda::Url");
        assertThat(url.at("/Properties/AuthType").asText()).isEqualTo("AWS_IAM");
        assertThat(url.at("/Properties/InvokeMode").asText()).isEqualTo("BUFFERED");
    }

    @Test
    void roleMayDoTheSame() {
        JsonNode role = sam.at("/Resources/ProxyRole/Properties");

        assertThat(role.at("/ManagedPolicyArns").isMissingNode()).isTrue();
        assertThat(role.at("/Policies")).hasSize(1);
        assertThat(role.at("/Policies/0/PolicyDocument"))
                .isEqualTo(plain.at("/Resources/ProxyRoleDefaultPolicy/Properties/PolicyDocument"));
        assertThat(role.at("/AssumeRolePolicyDocument"))
                .isEqualTo(plain.at("/Resources/ProxyRole/Properties/AssumeRolePolicyDocument"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ProxyLogGroup",
                "CallerInvokesUrl",
                "CallerInvokesFunction",
                "ProxyErrorsAlarm",
                "ProxyFailureFilter",
                "ProxyFailuresAlarm"
            })
    void resourceIsTheSame(String name) {
        assertThat(plain.at("/Resources/" + name).isObject()).isTrue();
        assertThat(sam.at("/Resources/" + name)).isEqualTo(plain.at("/Resources/" + name));
    }

    @Test
    void hasNoOtherTypesOfResources() {
        assertThat(types(plain)).containsAll(types(sam));
    }

    @Test
    void layersAreThoseOfBothProcessorsAndAreRemoved() {
        List<JsonNode> layers = sam.at("/Resources").properties().stream()
                .map(Map.Entry::getValue)
                .filter(resource -> resource.at("/Type").asText().equals("AWS::Lambda::LayerVersion"))
                .toList();

        assertThat(layers)
                .extracting(layer ->
                        layer.at("/Properties/CompatibleArchitectures/0").asText())
                .containsExactlyInAnyOrder("x86_64", "arm64");
        assertThat(layers)
                .extracting(layer -> layer.at("/DeletionPolicy").asText())
                .containsOnly("Delete");
    }

    @Test
    void parametersAreThoseOfThePlainTemplateWithoutThePlaceOfTheZips() {
        Set<String> expected = names(plain.at("/Parameters"));
        expected.removeAll(Set.of("ArchivesBucket", "FunctionKey", "LayerKey"));

        assertThat(names(sam.at("/Parameters"))).isEqualTo(expected);
        expected.forEach(
                name -> assertThat(sam.at("/Parameters/" + name)).as(name).isEqualTo(plain.at("/Parameters/" + name)));
        assertThat(names(sam.at("/Outputs"))).isEqualTo(names(plain.at("/Outputs")));
    }

    @Test
    void setsDeclaredVariablesOnly() {
        Set<String> declared = Stream.of(LayerVariables.forOperators(), ProxyVariables.forOperators())
                .flatMap(List::stream)
                .map(Variable::name)
                .collect(Collectors.toCollection(TreeSet::new));
        declared.add(OF_NATIVE_RUNTIME);

        assertThat(names(sam.at("/Resources/ProxyFunction/Properties/Environment/Variables")))
                .isNotEmpty()
                .isSubsetOf(declared);
    }

    private static Set<String> types(JsonNode template) {
        return template.at("/Resources").properties().stream()
                .map(resource -> resource.getValue().at("/Type").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
