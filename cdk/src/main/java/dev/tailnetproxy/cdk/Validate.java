package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.contract.MetricLabelRules;
import dev.tailnetproxy.contract.TargetGrammar;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.forward.ForwardGrammar;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.kms.IKey;

/** Refuses invalid values with sentences that state the correction. A value that is known only at deployment passes. */
final class Validate {

    private static final long MILLIS_PER_HOUR = 3_600_000;

    private static final Pattern HTTP_URL = Pattern.compile("https?://[^/\\s]+(/\\S*)?");
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern TAG = Pattern.compile("tag:[A-Za-z][A-Za-z0-9-]*");

    private static final String TARGET_ADVICE =
            "give an address, a prefix, a name or *.suffix, with a :port or :from-to "
                    + "behind it where only some ports are meant, and an IPv6 address with a port in brackets";

    private Validate() {}

    static void isTrue(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    static void range(String property, int value, int min, int max) {
        isTrue(
                value >= min && value <= max,
                property + " is " + value + ": give a whole number from " + min + " to " + max);
    }

    static void range(String property, Optional<Integer> value, int min, int max) {
        value.ifPresent(number -> range(property, number, min, max));
    }

    static void range(String property, Optional<Integer> value, Variable.WholeNumber variable) {
        range(property, value, variable.min(), variable.max());
    }

    /** In the bounds of a variable that is in milliseconds. */
    static void millis(String property, Optional<Duration> value, Variable.WholeNumber variable) {
        millis(property, value, variable.min(), variable.max());
    }

    /** Whole hours in the bounds of a variable that is in hours. */
    static void hours(String property, Duration value, Variable.WholeNumber variable) {
        long millis = value.toMilliseconds().longValue();
        isTrue(
                millis % MILLIS_PER_HOUR == 0 && isWithin(millis / MILLIS_PER_HOUR, variable),
                property + " is " + millis + " ms: give a duration of whole hours, from " + variable.min() + " to "
                        + variable.max());
    }

    private static boolean isWithin(long value, Variable.WholeNumber variable) {
        return value >= variable.min() && value <= variable.max();
    }

    /** Both bounds in milliseconds. */
    static void millis(String property, Optional<Duration> value, long min, long max) {
        value.ifPresent(duration -> {
            long millis = duration.toMilliseconds().longValue();
            isTrue(
                    millis >= min && millis <= max,
                    property + " is " + millis + " ms: give a duration from " + min + " ms to " + max + " ms");
        });
    }

    static void text(String property, Optional<String> value) {
        value.ifPresent(text ->
                isTrue(!text.isBlank(), property + " is blank: give it a value, or leave it out for the default"));
    }

    static void absolutePath(String property, Optional<String> value) {
        absolutePath(property, value, "such as /tmp/tailscale");
    }

    /** Of certificates. */
    static void pemFile(String property, Optional<String> value) {
        absolutePath(
                property,
                value,
                "such as /opt/ca.pem for a file of a layer; caBundle of TailscaleProxy brings a file of this machine there");
    }

    private static void absolutePath(String property, Optional<String> value, String example) {
        value.ifPresent(path -> isTrue(
                isUnresolved(path) || path.startsWith("/"),
                property + " is \"" + path + "\": give an absolute path in the function's environment, " + example));
    }

    static void httpUrl(String property, Optional<String> value) {
        value.ifPresent(address -> isTrue(
                isUnresolved(address) || HTTP_URL.matcher(address).matches(),
                property + " is \"" + address + "\": give an address such as https://host.example"));
    }

    static void hostname(String property, Optional<String> value) {
        value.ifPresent(name -> isTrue(
                isUnresolved(name) || HOSTNAME.matcher(name).matches(),
                property + " is \"" + name
                        + "\": a machine's name has 1 to 63 letters, digits and hyphens, and no hyphen "
                        + "at its ends"));
    }

    static void tags(String property, List<String> values) {
        values.forEach(tag -> isTrue(
                isUnresolved(tag) || TAG.matcher(tag).matches(),
                property + " has \"" + tag + "\": write a tag as the tailnet's policy file does, such as tag:lambda"));
    }

    /** The sentence quotes the target. */
    static void target(String target) {
        isTrue(isTarget(target), "\"" + target + "\" is no target: " + TARGET_ADVICE);
    }

    static void targets(String property, List<String> values) {
        values.forEach(target -> isTrue(
                isUnresolved(target) || isTarget(target), property + " has \"" + target + "\": " + TARGET_ADVICE));
    }

    private static boolean isTarget(String text) {
        return TargetGrammar.isListEntry(text.strip());
    }

    /** Prefixes as the webhook authorizer reads them. */
    static void sources(String property, List<String> values) {
        values.forEach(source -> isTrue(
                isUnresolved(source) || isSource(source),
                property + " has \"" + source
                        + "\": give an address or a prefix that starts at its own address, such as "
                        + "192.0.2.0/24 or 2001:db8::/32"));
    }

    private static boolean isSource(String text) {
        return text.indexOf('[') < 0
                && Cidr.parse(text).filter(Cidr::startsAtItsAddress).isPresent();
    }

    /** Entries as the layer reads them; the sentences are the layer's. */
    static void forwards(String property, List<String> entries, Optional<Integer> socksPort) {
        int reserved =
                socksPort.orElse(LayerVariables.SOCKS_PORT.defaultNumber().orElseThrow());
        List<String> mistakes = new ForwardGrammar(reserved)
                .read(entries.stream().filter(entry -> !isUnresolved(entry)).toList())
                .mistakes();
        isTrue(mistakes.isEmpty(), property + ": " + String.join("; ", mistakes));
    }

    /** Nodes of some credentials are admitted with tags only. */
    static void joinTags(TailnetCredentials credentials, NodeOptions node) {
        isTrue(
                !credentials.needsTags() || !node.getAdvertiseTags().isEmpty(),
                "node.advertiseTags is empty: a node that joins with an OAuth client or a federated identity needs tags, "
                        + "such as tag:lambda");
    }

    /** A key is of use only where there is a secret. */
    static void secretEncryptionKey(TailnetCredentials credentials, Optional<IKey> key) {
        isTrue(
                key.isEmpty() || credentials.storedSecret().isPresent(),
                "secretEncryptionKey is given, but a federated identity joins without a secret: leave it out");
    }

    static void metricLabels(String property, List<String> values) {
        values.forEach(label -> isTrue(
                isUnresolved(label) || MetricLabelRules.isLabel(label),
                property + " has \"" + label
                        + "\": give 1 to 128 letters, digits, spaces and . _ / # @ : -, no colon in front and no space at the "
                        + "ends"));
    }

    private static boolean isUnresolved(String value) {
        return Token.isUnresolved(value);
    }
}
