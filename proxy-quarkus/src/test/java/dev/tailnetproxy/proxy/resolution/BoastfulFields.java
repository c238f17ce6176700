package dev.tailnetproxy.proxy.resolution;

import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Whatever a client can put into a request to be taken for somebody else, or to have it sent somewhere else. */
final class BoastfulFields {

    private static final List<String> NAMES = List.of(
            "ts-target-ip",
            "ts-target-port",
            "ts-host",
            "ts-tls-server-name",
            "ts-protocol",
            "ts-timeout-ms",
            "ts-authorization",
            "ts-health",
            "ts-warmer",
            "ts-caller",
            "ts-principal",
            "ts-user-arn",
            "host",
            ":authority",
            "forwarded",
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-forwarded-user",
            "x-forwarded-client-cert",
            "x-original-url",
            "x-amzn-user-arn",
            "x-amzn-request-context",
            "x-amzn-lambda-context",
            "x-amz-principal",
            "x-amz-security-token",
            "authorization",
            "authorizer",
            "requestcontext",
            "requestcontext.authorizer.iam.userarn",
            "connection",
            "cookie",
            "content-length");

    private final Random random;

    BoastfulFields(Random random) {
        this.random = random;
    }

    /**
     * Adds up to eight fields, and sometimes a cookie or a body that says the same.
     *
     * @param principal who the client wants to be
     * @param host where it wants to go to
     */
    void addTo(FunctionEventBuilder event, String principal, String host) {
        for (int fields = random.nextInt(9); fields > 0; fields--) {
            event.header(name(), value(random.nextInt(3) == 0 ? host : principal));
        }
        if (random.nextInt(8) == 0) {
            event.cookie("userArn=" + principal);
        }
        if (random.nextInt(8) == 0) {
            event.text(context(principal));
        }
    }

    private String name() {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        return switch (random.nextInt(8)) {
            case 0 -> name.toUpperCase(Locale.ROOT);
            case 1 -> name.replace('-', '_');
            case 2 -> randomCase(name);
            case 3 -> random.nextBoolean() ? name + " " : " " + name;
            default -> name;
        };
    }

    private String randomCase(String name) {
        StringBuilder text = new StringBuilder();
        name.chars().forEach(c -> text.append((char) (random.nextBoolean() ? Character.toUpperCase(c) : c)));
        return text.toString();
    }

    private String value(String logged) {
        return switch (random.nextInt(10)) {
            case 0 -> context(logged);
            case 1 -> "for=" + logged + ";host=" + logged;
            case 2 -> logged + ", " + logged;
            case 3 -> Integer.toString(79 + random.nextInt(4));
            case 4 -> "true";
            default -> logged;
        };
    }

    /** As the Function URL says it, where it does not count. */
    private static String context(String principal) {
        return "{\"requestContext\":{\"authorizer\":{\"iam\":{\"userArn\":\"" + principal + "\"}}}}";
    }
}
