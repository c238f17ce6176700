package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Token;

/** Refuses values in sentences that say what to do. A value that is known only at deployment passes. */
final class Checks {

    private static final Pattern WEB_ADDRESS = Pattern.compile("https?://[^/\\s]+(/\\S*)?");
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern TAG = Pattern.compile("tag:[A-Za-z][A-Za-z0-9-]*");

    private static final Pattern LABEL =
            Pattern.compile("[A-Za-z0-9._/#@-](?:[A-Za-z0-9._/#@: -]{0,126}[A-Za-z0-9._/#@:-])?");

    /** The outline only: the proxy itself checks the addresses and names when it starts. */
    private static final Pattern TARGET =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+(/\\d{1,3})?]|[^\\s,/\\[\\]]+(/\\d{1,3})?)(:\\d{1,5}(-\\d{1,5})?)?");

    private Checks() {}

    static void that(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    static void range(String property, int value, int least, int most) {
        that(
                value >= least && value <= most,
                property + " is " + value + ": give a whole number from " + least + " to " + most);
    }

    static void range(String property, Optional<Integer> value, int least, int most) {
        value.ifPresent(number -> range(property, number, least, most));
    }

    /** Both bounds in milliseconds. */
    static void millis(String property, Optional<Duration> value, long least, long most) {
        value.ifPresent(duration -> {
            long millis = duration.toMilliseconds().longValue();
            that(
                    millis >= least && millis <= most,
                    property + " is " + millis + " ms: give a duration from " + least + " ms to " + most + " ms");
        });
    }

    static void text(String property, Optional<String> value) {
        value.ifPresent(text ->
                that(!text.isBlank(), property + " is blank: give it a value, or leave it out for the default"));
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
        value.ifPresent(path -> that(
                isUnresolved(path) || path.startsWith("/"),
                property + " is \"" + path + "\": give an absolute path in the function's environment, " + example));
    }

    static void webAddress(String property, Optional<String> value) {
        value.ifPresent(address -> that(
                isUnresolved(address) || WEB_ADDRESS.matcher(address).matches(),
                property + " is \"" + address + "\": give an address such as https://host.example"));
    }

    static void hostname(String property, Optional<String> value) {
        value.ifPresent(name -> that(
                isUnresolved(name) || HOSTNAME.matcher(name).matches(),
                property + " is \"" + name
                        + "\": a machine's name has 1 to 63 letters, digits and hyphens, and no hyphen "
                        + "at its ends"));
    }

    static void tags(String property, List<String> values) {
        values.forEach(tag -> that(
                isUnresolved(tag) || TAG.matcher(tag).matches(),
                property + " has \"" + tag + "\": write a tag as the tailnet's policy file does, such as tag:lambda"));
    }

    static void targets(String property, List<String> values) {
        values.forEach(
                target -> that(
                        isUnresolved(target) || TARGET.matcher(target).matches(),
                        property + " has \"" + target
                                + "\": give an address, a prefix, a name or *.suffix, with a :port or "
                                + ":from-to behind it where only some ports are meant, and an IPv6 address with a port in brackets"));
    }

    static void metricLabels(String property, List<String> values) {
        values.forEach(label -> that(
                isUnresolved(label) || LABEL.matcher(label).matches(),
                property + " has \"" + label
                        + "\": give 1 to 128 letters, digits, spaces and . _ / # @ : -, no colon in front and no space at the "
                        + "ends"));
    }

    private static boolean isUnresolved(String value) {
        return Token.isUnresolved(value);
    }
}
