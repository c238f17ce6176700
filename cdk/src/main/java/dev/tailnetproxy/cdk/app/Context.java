package dev.tailnetproxy.cdk.app;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awscdk.App;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** What {@code -c name=value} and {@code cdk.json} say, typed. docs/deploying.md has the table. */
final class Context {

    private static final String ARN = "arn:";
    private static final Pattern WHOLE_SECRET_ARN =
            Pattern.compile("arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}");

    private static final Pattern KEY_ARN = Pattern.compile("arn:[^:]+:kms:[^:]+:[0-9]{12}:key/[A-Za-z0-9-]+");

    private final Map<ContextName, String> values;

    private Context(Map<ContextName, String> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException with a sentence for an unknown name, and for one of another scenario */
    static Context of(App app) {
        Context context = new Context(ContextName.valuesOf(app.getNode().getAllContext()));
        Scenario scenario = context.scenario();
        context.values.keySet().stream()
                .filter(context::has)
                .filter(name -> !name.belongsTo(scenario))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(name.key() + " is given, but is no setting of the scenario "
                            + scenario.key() + ": omit it, or give -c " + name.key() + "= if cdk.json has it");
                });
        return context;
    }

    Scenario scenario() {
        return choice(ContextName.SCENARIO, Scenario.class).orElse(Scenario.PROXY);
    }

    String stackName() {
        return text(ContextName.STACK_NAME).orElse(scenario().defaultStackName());
    }

    /** The secret that a setting names. */
    ISecret secret(Construct scope, String id, ContextName name, String defaultName) {
        String secret = text(name).orElse(defaultName);
        if (!secret.startsWith(ARN)) {
            return Secret.fromSecretNameV2(scope, id, secret);
        }
        String wanted = "the whole ARN with the six characters at its end, or the secret's name";
        return Secret.fromSecretCompleteArn(scope, id, requireMatch(WHOLE_SECRET_ARN, name, secret, wanted));
    }

    /**
     * The text of a setting that has no default.
     *
     * @throws IllegalArgumentException with a sentence when it is not given
     */
    String required(ContextName name, String wanted) {
        return text(name)
                .orElseThrow(() ->
                        new IllegalArgumentException(name.key() + " is missing: give -c " + name.key() + "=" + wanted));
    }

    Optional<IKey> key(Construct scope, String id, ContextName name) {
        return text(name)
                .map(arn -> requireMatch(KEY_ARN, name, arn, "the key's ARN, arn:aws:kms:…:key/…, not an alias"))
                .map(arn -> Key.fromKeyArn(scope, id, arn));
    }

    Optional<Architecture> architecture() {
        return text(ContextName.ARCHITECTURE).map(name -> List.of(Architecture.X86_64, Architecture.ARM_64).stream()
                .filter(architecture -> architecture.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> invalid(ContextName.ARCHITECTURE, name, "x86_64 or arm64")));
    }

    /** A blank value counts as none. */
    boolean has(ContextName name) {
        return text(name).isPresent();
    }

    Optional<String> text(ContextName name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
    }

    List<String> list(ContextName name) {
        return text(name)
                .map(value -> Arrays.stream(value.split(",", -1))
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    boolean flag(ContextName name) {
        return flag(name, false);
    }

    boolean flag(ContextName name, boolean defaultValue) {
        return text(name)
                .map(value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw invalid(name, value, "true or false");
                })
                .orElse(defaultValue);
    }

    Optional<Integer> number(ContextName name) {
        return text(name).map(value -> {
            if (!value.matches("[0-9]{1,9}")) {
                throw invalid(name, value, "a whole number");
            }
            return Integer.valueOf(value);
        });
    }

    <E extends Enum<E>> Optional<E> choice(ContextName name, Class<E> type) {
        return text(name).map(value -> Stream.of(type.getEnumConstants())
                .filter(choice -> word(choice).equals(value))
                .findFirst()
                .orElseThrow(() -> invalid(name, value, words(type))));
    }

    /** The values of a choice, as a sentence has them. */
    static String words(Class<? extends Enum<?>> type) {
        return Stream.of(type.getEnumConstants()).map(Context::word).collect(Collectors.joining(" or "));
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String requireMatch(Pattern form, ContextName name, String value, String wanted) {
        if (!form.matcher(value).matches()) {
            throw invalid(name, value, wanted);
        }
        return value;
    }

    private static IllegalArgumentException invalid(ContextName name, String value, String wanted) {
        return new IllegalArgumentException(name.key() + " is \"" + value + "\": give " + wanted);
    }
}
