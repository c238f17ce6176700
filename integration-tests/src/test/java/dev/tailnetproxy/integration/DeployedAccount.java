package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.aws.AwsApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a stack has made of the account, asked for by the APIs of the services themselves. */
final class DeployedAccount {

    private static final String CLOUDFORMATION = "2010-05-15";
    private static final String FUNCTIONS = "/2015-03-31/functions/";

    private final AwsApi api;
    private final String stack;

    DeployedAccount(AwsApi api, String stack) {
        this.api = api;
        this.stack = stack;
    }

    /** The logical ids of the stack's resources. */
    List<String> resources() {
        return api.query("cloudformation", CLOUDFORMATION, "DescribeStackResources", Map.of("StackName", stack))
                .elements("LogicalResourceId");
    }

    /** The stack itself, its functions, rules, log groups, queues and APIs, as far as they are there. */
    List<String> remains() {
        return Stream.of(stacks(), functions(), rules(), logGroups())
                .flatMap(List::stream)
                .filter(name -> name.contains(stack))
                .toList();
    }

    private List<String> stacks() {
        return api.query("cloudformation", CLOUDFORMATION, "DescribeStacks", Map.of())
                .elements("StackName");
    }

    private List<String> functions() {
        return names(api.rest("lambda", "GET", FUNCTIONS, Map.of(), "").json(), "Functions", "FunctionName");
    }

    private List<String> rules() {
        return names(api.json("events", "AWSEvents.ListRules", new JsonObject()), "Rules", "Name");
    }

    private List<String> logGroups() {
        return names(
                api.json("logs", "Logs_20140328.DescribeLogGroups", new JsonObject()), "logGroups", "logGroupName");
    }

    private static List<String> names(JsonObject response, String list, String field) {
        return response.getJsonArray(list, new JsonArray()).stream()
                .map(entry -> ((JsonObject) entry).getString(field))
                .toList();
    }

    /** The configuration of a function. */
    JsonObject function(String name) {
        return api.rest("lambda", "GET", FUNCTIONS + name, Map.of(), "").json().getJsonObject("Configuration");
    }

    /** Limits the execution environments of a function. */
    void reserveConcurrency(String function, int environments) {
        JsonObject limit = new JsonObject().put("ReservedConcurrentExecutions", environments);
        api.rest("lambda", "PUT", "/2017-10-31/functions/" + function + "/concurrency", Map.of(), limit.encode());
    }

    /** Has Lambda invoke a function later, as EventBridge does. */
    void invokeLater(String function, String event) {
        invoke(function, "Event", event);
    }

    /** Invokes a function and gives what it returns. */
    String invoke(String function, JsonObject event) {
        return invoke(function, "RequestResponse", event.encode());
    }

    private String invoke(String function, String type, String event) {
        return api.rest(
                        "lambda",
                        "POST",
                        FUNCTIONS + function + "/invocations",
                        Map.of("X-Amz-Invocation-Type", type),
                        event)
                .body();
    }

    /** Ends what the stack's rules do by the clock. */
    void disableRules() {
        stackRules().forEach(rule -> api.json("events", "AWSEvents.DisableRule", new JsonObject().put("Name", rule)));
    }

    /** The events that the stack's rules send, one for each target. */
    List<String> events() {
        List<String> events = new ArrayList<>();
        for (String rule : stackRules()) {
            api.json("events", "AWSEvents.ListTargetsByRule", new JsonObject().put("Rule", rule))
                    .getJsonArray("Targets")
                    .forEach(target -> events.add(((JsonObject) target).getString("Input")));
        }
        return events;
    }

    private List<String> stackRules() {
        return rules().stream().filter(rule -> rule.startsWith(stack + "-")).toList();
    }
}
