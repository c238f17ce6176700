package dev.tailnetproxy.cdk.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.ForwarderOptions;
import dev.tailnetproxy.cdk.TailnetCredentials;
import dev.tailnetproxy.cdk.TailnetForwarder;
import dev.tailnetproxy.cdk.TailnetForwarderProps;
import dev.tailnetproxy.cdk.TailscaleProxy;
import dev.tailnetproxy.cdk.TailscaleProxyProps;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** One app with one stack, under the feature flags of {@code cdk.json}. */
public final class TestStack {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestArchives archives;
    private final App app;
    private final Stack stack;
    private final ISecret secret;

    public TestStack(Path folder) {
        this(folder, StackProps.builder().build());
    }

    private TestStack(Path folder, StackProps props) {
        this.archives = new TestArchives(folder);
        this.app = newApp(folder, Map.of());
        this.stack = new Stack(app, "Stack", props);
        this.secret = Secret.fromSecretNameV2(stack, "Secret", "tailscale/auth-key");
    }

    /** With a stack that says which account and region it is for. */
    public static TestStack in(Path folder, String region) {
        return new TestStack(
                folder,
                StackProps.builder()
                        .env(Environment.builder()
                                .account("123456789012")
                                .region(region)
                                .build())
                        .build());
    }

    /** An app as the CLI starts it, with {@code -c} for each entry of the context. */
    public static App newApp(Path folder, Map<String, String> context) {
        Map<String, Object> all = new HashMap<>(featureFlags());
        // Findings of cdk-nag are what tests assert on; they are not to end the testStack.
        all.remove("@aws-cdk/core:annotationsInValidationReport");
        all.putAll(context);
        return new App(AppProps.builder()
                .outdir(folder.resolve("cdk.out").toString())
                .context(all)
                .build());
    }

    private static Map<String, Object> featureFlags() {
        try {
            JsonNode context = JSON.readTree(Repository.text("cdk.json")).get("context");
            return JSON.convertValue(context, new TypeReference<LinkedHashMap<String, Object>>() {});
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException(broken);
        }
    }

    public App app() {
        return app;
    }

    public Stack stack() {
        return stack;
    }

    public ISecret secret() {
        return secret;
    }

    /** A proxy made of the JVM's stand-in, with an auth key. */
    public TailscaleProxy proxy() {
        return proxy(props -> {});
    }

    public TailscaleProxy proxy(Consumer<TailscaleProxyProps.Builder> more) {
        TailscaleProxyProps.Builder props = TailscaleProxyProps.builder()
                .credentials(TailnetCredentials.authKey(secret))
                .functionArchive(archives.jvm())
                .layerArchive(archives.layer());
        more.accept(props);
        return new TailscaleProxy(stack, "Proxy", props.build());
    }

    /** A forwarder made of the JVM's stand-in, with an auth key, to a target without verification. */
    public TailnetForwarder forwarder(Consumer<TailnetForwarderProps.Builder> more) {
        TailnetForwarderProps.Builder props = TailnetForwarderProps.builder();
        props.credentials(TailnetCredentials.authKey(secret))
                .forwarder(
                        ForwarderOptions.builder().target("http://orders:8080").build())
                .functionArchive(archives.jvm())
                .layerArchive(archives.layer());
        more.accept(props);
        return new TailnetForwarder(stack, "Forwarder", props.build());
    }

    public TestArchives archives() {
        return archives;
    }

    public Template template() {
        return Template.fromStack(stack);
    }

    /** Those of the one function; what is known at deployment only stands there as JSON. */
    public Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        onlyResource("AWS::Lambda::Function")
                .at("/Properties/Environment/Variables")
                .properties()
                .forEach(variable -> variables.put(
                        variable.getKey(),
                        variable.getValue().isTextual()
                                ? variable.getValue().asText()
                                : variable.getValue().toString()));
        return variables;
    }

    public static JsonNode json(Template template) {
        return JSON.valueToTree(template.toJSON());
    }

    /** The first resource of a type whose logical id begins so. */
    public JsonNode resource(String type, String idPrefix) {
        return template().findResources(type).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(idPrefix))
                .map(entry -> JSON.<JsonNode>valueToTree(entry.getValue()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no resource is " + type + " " + idPrefix));
    }

    /** The one resource of a type. */
    public JsonNode onlyResource(String type) {
        Map<String, Map<String, Object>> found = template().findResources(type);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " resources are " + type + ": " + found.keySet());
        }
        return JSON.valueToTree(found.values().iterator().next());
    }
}
