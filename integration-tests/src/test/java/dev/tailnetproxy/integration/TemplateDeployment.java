package dev.tailnetproxy.integration;

import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.aws.AwsApi;
import dev.tailnetproxy.localstack.aws.AwsResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A stack of a template, by the API of CloudFormation. */
final class TemplateDeployment {

    private static final String VERSION = "2010-05-15";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final AwsApi api;
    private final String stack;

    TemplateDeployment(AwsApi api, String stack) {
        this.api = api;
        this.stack = stack;
    }

    /** Deploys, as {@code --capabilities CAPABILITY_IAM} allows it, and gives the outputs. */
    Map<String, String> create(String template, Map<String, String> parameters) {
        Map<String, String> request = new HashMap<>();
        request.put("StackName", stack);
        request.put("TemplateBody", template);
        request.put("Capabilities.member.1", "CAPABILITY_IAM");
        int number = 0;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            number++;
            request.put("Parameters.member." + number + ".ParameterKey", parameter.getKey());
            request.put("Parameters.member." + number + ".ParameterValue", parameter.getValue());
        }
        call("CreateStack", request);
        await().atMost(TIMEOUT).until(() -> !status().endsWith("_IN_PROGRESS"));
        if (!status().equals("CREATE_COMPLETE")) {
            throw new IllegalStateException("the stack is " + status() + ": "
                    + call("DescribeStackEvents", named()).elements("ResourceStatusReason"));
        }
        return outputs();
    }

    void delete() {
        call("DeleteStack", named());
    }

    private String status() {
        return description().element("StackStatus");
    }

    private Map<String, String> outputs() {
        AwsResponse description = description();
        List<String> names = description.elements("OutputKey");
        List<String> values = description.elements("OutputValue");
        Map<String, String> outputs = new HashMap<>();
        for (int index = 0; index < names.size(); index++) {
            outputs.put(names.get(index), values.get(index));
        }
        return outputs;
    }

    private AwsResponse description() {
        return call("DescribeStacks", named());
    }

    private Map<String, String> named() {
        return Map.of("StackName", stack);
    }

    private AwsResponse call(String action, Map<String, String> parameters) {
        return api.query("cloudformation", VERSION, action, parameters);
    }
}
