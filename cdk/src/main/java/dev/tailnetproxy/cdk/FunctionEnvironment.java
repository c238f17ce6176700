package dev.tailnetproxy.cdk;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.Function;
import software.constructs.IValidation;

/** The environment variables of somebody else's function, as they are whenever they are asked for. */
final class FunctionEnvironment implements IValidation {

    private static final String LONGEST_REFERENCE = "x".repeat(EnvironmentVariables.MAX_ROLE_ARN_LENGTH);

    private final Function function;
    private final Set<String> ours = new HashSet<>();

    FunctionEnvironment(Function function) {
        this.function = function;
    }

    /** Where the function stands in its app. */
    String path() {
        return function.getNode().getPath();
    }

    /** The variables that are set now; the account and the region stand as texts of their greatest length. */
    Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        resolved()
                .forEach((name, value) -> variables.put(
                        String.valueOf(name),
                        longest(value, ours.contains(String.valueOf(name)) ? LONGEST_REFERENCE : "")));
        return variables;
    }

    /** The construct does not tell its variables, but its resource does when it is rendered. */
    private Map<?, ?> resolved() {
        Object environment =
                function.getNode().getDefaultChild() instanceof CfnFunction resource ? resource.getEnvironment() : null;
        Object rendered = environment == null ? null : function.getStack().resolve(environment);
        return rendered instanceof Map<?, ?> properties && properties.get("variables") instanceof Map<?, ?> values
                ? values
                : Map.of();
    }

    /** @throws IllegalArgumentException with a sentence when these in addition are more than Lambda allows */
    void checkSizeWith(Map<String, String> more) {
        ours.addAll(more.keySet());
        Map<String, String> all = variables();
        all.putAll(more);
        EnvironmentVariables.checkSize(all, advice());
    }

    /** What was added later counts as well, so this is asked again when the app is synthesized. */
    @Override
    public List<String> validate() {
        return EnvironmentVariables.sizeMistake(variables(), advice()).stream().toList();
    }

    private String advice() {
        return "shorten the variables of the function " + path();
    }

    /**
     * The longest text that a value may be. A reference of somebody else's may be short, so that it counts nothing: Lambda
     * itself refuses what does not fit in the end.
     */
    private static String longest(@Nullable Object value, String reference) {
        if (value instanceof Map<?, ?> intrinsic) {
            if (intrinsic.get("Fn::Join") instanceof List<?> join) {
                return joined(join, reference);
            }
            return isPseudoParameter(intrinsic)
                    ? "x".repeat(EnvironmentVariables.MAX_PSEUDO_PARAMETER_LENGTH)
                    : reference;
        }
        return String.valueOf(value);
    }

    private static boolean isPseudoParameter(Map<?, ?> intrinsic) {
        return intrinsic.get("Ref") instanceof String name && name.startsWith("AWS::");
    }

    /** The delimiter and a list of parts. */
    private static String joined(List<?> join, String reference) {
        return Optional.of(join)
                .filter(arguments -> arguments.size() == 2)
                .map(arguments -> arguments.get(1))
                .filter(List.class::isInstance)
                .map(parts -> ((List<?>) parts)
                        .stream()
                                .map(part -> longest(part, reference))
                                .collect(Collectors.joining(String.valueOf(join.get(0)))))
                .orElse("");
    }
}
