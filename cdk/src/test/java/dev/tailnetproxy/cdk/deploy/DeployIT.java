package dev.tailnetproxy.cdk.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.StackResource;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * From an empty account to a deployed stack and back, by the commands that docs/deploying.md names, with the zips that
 * were built. The steps build on each other.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployIT {

    private static final String STACK = "TailnetProxy";
    private static final String BUCKET = "cdk-hnb659fds-assets-" + LocalAws.ACCOUNT + "-" + LocalAws.REGION;
    private static final Path FOLDER = Repository.file("cdk/target/deploy");
    private static final Path FUNCTION = Repository.file("proxy-quarkus/target/function.zip");

    /** Everything on, so that every type of resource is deployed. */
    private static final String[] CONTEXT = {
        "-c",
        "warmEnvironments=2",
        "-c",
        "alarms=true",
        "-c",
        "dashboard=true",
        "--output",
        FOLDER.resolve("cdk.out").toString()
    };

    /**
     * The resource types that moto's CloudFormation ignores; the tests of the templates check them. Nor does it attach
     * layers to functions, or give outputs of a stack with such resources.
     */
    private static final Set<String> UNSUPPORTED_BY_MOTO = Set.of(
            "AWS::CloudWatch::Alarm", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Url", "AWS::Logs::MetricFilter");

    private static LocalAws aws;
    private static CdkCli cdk;

    @BeforeAll
    static void anEmptyAccount() throws IOException {
        aws = LocalAws.start();
        cdk = new CdkCli(aws.environment(), FOLDER);
    }

    @AfterAll
    static void noServerIsLeft() {
        aws.close();
    }

    private static String[] with(String... more) {
        String[] all = new String[CONTEXT.length + more.length];
        System.arraycopy(more, 0, all, 0, more.length);
        System.arraycopy(CONTEXT, 0, all, more.length, CONTEXT.length);
        return all;
    }

    @Test
    @Order(1)
    void bootstrapsAndDeploys() throws Exception {
        cdk.run("bootstrap", with("aws://" + LocalAws.ACCOUNT + "/" + LocalAws.REGION));

        String output = cdk.run("deploy", with("--require-approval", "never"));

        assertThat(output).contains("deploys the ", " build of the proxy, " + FUNCTION);
    }

    @Test
    @Order(2)
    void assetsAreBuildOutputs() throws Exception {
        try (S3Client s3 = aws.client(S3Client.builder().forcePathStyle(true))) {
            Set<String> arrived = new HashSet<>();
            for (S3Object object : s3.listObjectsV2(list -> list.bucket(BUCKET)).contents()) {
                if (object.key().endsWith(".zip")) {
                    arrived.add(HexFormat.of()
                            .formatHex(sha256(s3.getObjectAsBytes(
                                            get -> get.bucket(BUCKET).key(object.key()))
                                    .asByteArrayUnsafe())));
                }
            }
            assertThat(arrived)
                    .containsExactlyInAnyOrder(
                            HexFormat.of().formatHex(sha256(Files.readAllBytes(layer()))),
                            HexFormat.of().formatHex(sha256(Files.readAllBytes(FUNCTION))));
        }
    }

    @Test
    @Order(3)
    void everySupportedResourceIsCreated() throws IOException {
        Set<String> wanted = new TreeSet<>();
        template()
                .at("/Resources")
                .forEach(resource -> wanted.add(resource.at("/Type").asText()));

        try (CloudFormationClient cloudFormation = aws.client(CloudFormationClient.builder())) {
            Set<String> missing = new TreeSet<>(wanted);
            List<StackResource> made = cloudFormation
                    .describeStackResources(stack -> stack.stackName(STACK))
                    .stackResources();
            missing.removeAll(made.stream()
                    .map(StackResource::resourceType)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toSet()));
            assertThat(missing).isEqualTo(UNSUPPORTED_BY_MOTO);
        }
    }

    @Test
    @Order(4)
    void deployedFunctionIsBuildOutput() throws Exception {
        try (LambdaClient lambda = aws.client(LambdaClient.builder())) {
            FunctionConfiguration function = lambda.listFunctions().functions().stream()
                    .filter(one -> one.functionName().startsWith(STACK + "-ProxyFunction"))
                    .findFirst()
                    .orElseThrow();

            assertThat(function.codeSha256())
                    .isEqualTo(Base64.getEncoder().encodeToString(sha256(Files.readAllBytes(FUNCTION))));
            assertThat(function.timeout()).isEqualTo(60);
            assertThat(function.environment().variables()).containsEntry("TS_SECRET_API_KEY", "tailscale/auth-key");
        }
    }

    @Test
    @Order(5)
    void diffIsEmptyAfterDeployment() throws Exception {
        String output = cdk.run("diff", with("--fail", "--method=template"));

        assertThat(output).contains("There were no differences");
    }

    @Test
    @Order(6)
    void destroyRemovesEverything() throws Exception {
        cdk.run("destroy", "--force", "--app", FOLDER.resolve("cdk.out").toString());

        try (CloudFormationClient cloudFormation = aws.client(CloudFormationClient.builder());
                LambdaClient lambda = aws.client(LambdaClient.builder())) {
            assertThat(cloudFormation.describeStacks().stacks())
                    .extracting(stack -> stack.stackName())
                    .doesNotContain(STACK);
            assertThat(lambda.listFunctions().functions()).isEmpty();
        }
    }

    private static JsonNode template() throws IOException {
        return new ObjectMapper()
                .readTree(FOLDER.resolve("cdk.out/" + STACK + ".template.json").toFile());
    }

    /** That of the processor which the function was built for. */
    private static Path layer() throws IOException {
        String processor =
                template().findValue("CompatibleArchitectures").get(0).asText();
        return Repository.file("layer/target/tailscale-layer-" + processor + ".zip");
    }

    private static byte[] sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
