package dev.tailnetproxy.cdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnMapping;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.CfnLayerVersion;

/**
 * The build of a proxy and the place of its zips in S3, as parameters of a template. Such a template needs neither the
 * CDK's assets nor its bootstrap stack.
 */
public final class ArchiveParameters {

    private static final String RUNTIME = "Runtime";
    private static final String HANDLER = "Handler";
    private static final String MEMORY_SIZE = "MemorySize";

    private final CfnParameter bucket;
    private final CfnParameter functionKey;
    private final CfnParameter layerKey;
    private final CfnParameter build;
    private final CfnParameter architecture;
    private final CfnMapping builds;
    private final CfnCondition isNative;

    /**
     * Adds the parameters.
     *
     * @param stack the one whose template gets them
     */
    public ArchiveParameters(Stack stack) {
        bucket = CfnParameter.Builder.create(stack, "ArchivesBucket")
                .description("Bucket in the region of the stack that holds both zips")
                .allowedPattern("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
                .build();
        functionKey = key(stack, "FunctionKey", "Key of function.zip; another build needs another key");
        layerKey = key(stack, "LayerKey", "Key of the layer's zip; another build needs another key");
        build = choice(
                stack, "Build", "The build in function.zip", List.of(word(JavaRuntime.JVM), word(JavaRuntime.NATIVE)));
        architecture = choice(
                stack,
                "Architecture",
                "Processor that both zips are built for",
                List.of(Architecture.X86_64.getName(), Architecture.ARM_64.getName()));
        builds = CfnMapping.Builder.create(stack, "Builds")
                .mapping(Arrays.stream(JavaRuntime.values())
                        .collect(Collectors.toMap(ArchiveParameters::word, ArchiveParameters::properties)))
                .build();
        isNative = CfnCondition.Builder.create(stack, "IsNative")
                .expression(Fn.conditionEquals(build.getValueAsString(), word(JavaRuntime.NATIVE)))
                .build();
    }

    /**
     * The properties of a proxy with stand-ins for its zips, which are not built when the template is synthesised.
     *
     * @param folder takes the stand-ins
     */
    public TailscaleProxyProps.Builder propsWithStandIns(Path folder) {
        return TailscaleProxyProps.builder()
                .functionArchive(zip(folder.resolve("function.zip"), "lib/"))
                .layerArchive(zip(folder.resolve("layer.zip"), "bin/"))
                .architecture(Architecture.custom(architecture.getValueAsString()));
    }

    /** Lets a proxy made of stand-ins take its zips from S3, and its runtime from the build. */
    public void applyTo(TailscaleProxy proxy) {
        CfnFunction function = (CfnFunction) proxy.getFunction().getNode().getDefaultChild();
        function.setCode(CfnFunction.CodeProperty.builder()
                .s3Bucket(bucket.getValueAsString())
                .s3Key(functionKey.getValueAsString())
                .build());
        function.setRuntime(ofBuild(RUNTIME));
        function.setHandler(ofBuild(HANDLER));
        function.setMemorySize(Token.asNumber(ofBuild(MEMORY_SIZE)));
        JavaRuntime.NATIVE.variables().forEach((name, value) -> proxy.getFunction()
                .addEnvironment(name, Token.asString(Fn.conditionIf(isNative.getLogicalId(), value, Aws.NO_VALUE))));

        CfnLayerVersion layer = (CfnLayerVersion) proxy.getLayer().getNode().getDefaultChild();
        layer.setContent(CfnLayerVersion.ContentProperty.builder()
                .s3Bucket(bucket.getValueAsString())
                .s3Key(layerKey.getValueAsString())
                .build());
    }

    private String ofBuild(String property) {
        return builds.findInMap(build.getValueAsString(), property);
    }

    private static Map<String, Object> properties(JavaRuntime runtime) {
        return Map.of(
                RUNTIME, runtime.lambdaRuntime().getName(),
                HANDLER, runtime.handler(),
                MEMORY_SIZE, runtime.defaultMemorySize());
    }

    private static String word(JavaRuntime runtime) {
        return runtime.name().toLowerCase(Locale.ROOT);
    }

    private static CfnParameter key(Stack stack, String id, String description) {
        return CfnParameter.Builder.create(stack, id)
                .description(description)
                .minLength(1)
                .maxLength(1024)
                .build();
    }

    /** The first value is the default. */
    private static CfnParameter choice(Stack stack, String id, String description, List<String> values) {
        return CfnParameter.Builder.create(stack, id)
                .description(description)
                .allowedValues(values)
                .defaultValue(values.get(0))
                .build();
    }

    private static String zip(Path file, String entry) {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.closeEntry();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return file.toString();
    }
}
