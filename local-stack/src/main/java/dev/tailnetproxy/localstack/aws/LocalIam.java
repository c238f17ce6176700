package dev.tailnetproxy.localstack.aws;

import dev.tailnetproxy.localstack.functionurl.AccessKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Users with keys, and the inline policies of roles. */
public final class LocalIam {

    private static final String VERSION = "2010-05-08";
    private static final String POLICY = "everything";

    private final AwsApi api;

    LocalIam(AwsApi api) {
        this.api = api;
    }

    /** Makes a user without any right, and gives a key of it. */
    public AccessKey createUser(String name) {
        call("CreateUser", Map.of("UserName", name));
        AwsResponse key = call("CreateAccessKey", Map.of("UserName", name));
        return new AccessKey(key.element("AccessKeyId"), key.element("SecretAccessKey"));
    }

    /** Makes a user who may do everything, and gives a key of it. */
    public AccessKey createAdministrator(String name) {
        AccessKey key = createUser(name);
        JsonObject everything = new JsonObject()
                .put("Version", "2012-10-17")
                .put(
                        "Statement",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("Effect", "Allow")
                                        .put("Action", "*")
                                        .put("Resource", "*")));
        call("PutUserPolicy", Map.of("UserName", name, "PolicyName", POLICY, "PolicyDocument", everything.encode()));
        return key;
    }

    /** The ARN of a user. */
    public static String arnOf(String user) {
        return "arn:aws:iam::" + LocalAws.ACCOUNT + ":user/" + user;
    }

    /** Takes all inline policies of a role away and gives them. */
    public List<RolePolicy> takePolicies(String role) {
        List<RolePolicy> policies = call("ListRolePolicies", Map.of("RoleName", role)).elements("member").stream()
                .map(name -> policy(role, name))
                .toList();
        policies.forEach(policy -> call("DeleteRolePolicy", policy.names()));
        return policies;
    }

    /** Gives a role a policy, back or anew. */
    public void put(RolePolicy policy) {
        Map<String, String> parameters = new HashMap<>(policy.names());
        parameters.put("PolicyDocument", policy.document());
        call("PutRolePolicy", parameters);
    }

    private RolePolicy policy(String role, String name) {
        String document = call("GetRolePolicy", Map.of("RoleName", role, "PolicyName", name))
                .element("PolicyDocument");
        return new RolePolicy(role, name, URLDecoder.decode(document, StandardCharsets.UTF_8));
    }

    private AwsResponse call(String action, Map<String, String> parameters) {
        return api.query("iam", VERSION, action, parameters);
    }

    /**
     * An inline policy of a role.
     *
     * @param role the role's name
     * @param name the policy's name
     * @param document what it allows, as JSON
     */
    public record RolePolicy(String role, String name, String document) {
        private Map<String, String> names() {
            return Map.of("RoleName", role, "PolicyName", name);
        }
    }
}
