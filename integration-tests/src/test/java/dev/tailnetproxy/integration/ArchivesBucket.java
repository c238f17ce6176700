package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.aws.AwsApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;

/** The archives that were built, in a bucket of a user who deploys without the CDK. */
final class ArchivesBucket implements AutoCloseable {

    private static final String NAME = "archives-of-templates";
    private static final String FUNCTION = "proxy-quarkus/target/function.zip";
    private static final String FUNCTION_KEY = "function-1.zip";
    private static final String LAYER_KEY = "layer-1.zip";

    private final AwsApi api;
    private final String architecture;

    private ArchivesBucket(AwsApi api, String architecture) {
        this.api = api;
        this.architecture = architecture;
    }

    /**
     * Makes the bucket and uploads.
     *
     * @param architecture that of the layer
     */
    static ArchivesBucket create(AwsApi api, String architecture) {
        ArchivesBucket bucket = new ArchivesBucket(api, architecture);
        bucket.call("PUT", "");
        api.upload(NAME, FUNCTION_KEY, Checkout.file(FUNCTION));
        api.upload(NAME, LAYER_KEY, Checkout.file(bucket.layer()));
        return bucket;
    }

    private String layer() {
        return "layer/target/tailscale-layer-" + architecture + ".zip";
    }

    /** The parameters of both templates that say what was built. */
    Map<String, String> build() throws IOException {
        return Map.of("Build", isNative() ? "native" : "jvm", "Architecture", architecture);
    }

    private static boolean isNative() throws IOException {
        try (ZipFile zip = new ZipFile(Checkout.file(FUNCTION).toFile())) {
            return zip.getEntry("bootstrap") != null;
        }
    }

    /** The parameters of the plain template that say where the archives are. */
    Map<String, String> place() {
        return Map.of("ArchivesBucket", NAME, "FunctionKey", FUNCTION_KEY, "LayerKey", LAYER_KEY);
    }

    /** The SAM template as CloudFormation gets it, with the archives that {@code sam package} would upload in this bucket. */
    String translated(Path template) throws IOException {
        Process translator = new ProcessBuilder(
                        Checkout.file("cdk/target/python-tools/bin/python").toString(),
                        Checkout.file("cdk/src/test/python/translate_sam.py").toString(),
                        template.toString(),
                        "../../" + FUNCTION + "=s3://" + NAME + "/" + FUNCTION_KEY,
                        "../../" + layer() + "=s3://" + NAME + "/" + LAYER_KEY)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(translator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Removes the bucket with all that is in it. */
    @Override
    public void close() {
        List.of("/" + FUNCTION_KEY, "/" + LAYER_KEY, "").forEach(path -> call("DELETE", path));
    }

    private void call(String method, String path) {
        api.rest("s3", method, "/" + NAME + path, Map.of(), "");
    }
}
