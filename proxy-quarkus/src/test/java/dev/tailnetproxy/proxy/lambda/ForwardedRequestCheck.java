package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds what arrived at the target against the event, line by line, with nothing of the proxy's own code. */
record ForwardedRequestCheck(APIGatewayV2HTTPEvent event) {

    private static final Set<String> REMOVED_FIELDS = Set.of(
            "connection",
            "proxy-connection",
            "keep-alive",
            "te",
            "transfer-encoding",
            "upgrade",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-port");
    private static final Set<String> PREFIXED_FIELDS =
            Set.of("authorization", "host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token");

    private static final Pattern SIGNATURE =
            Pattern.compile("(AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256) .*", Pattern.DOTALL);
    private static final Pattern SIGNATURE_PARAMETER = Pattern.compile(
            "(?i)x-amz-(algorithm|credential|date|signedheaders|expires|signature|security-token|region-set|content-sha256)");

    private static final Set<String> TARGET_NAMES = Set.of(TestProxy.PEER, "target", "target." + TailnetStatus.SUFFIX);

    /** Every line that arrived is one of the event's; the framing is that of the event's body. */
    void check(RawTarget.ReceivedRequest received) {
        String query = query();
        String path = event.getRawPath();
        assertThat(received.requestLine())
                .isEqualTo(event.getRequestContext().getHttp().getMethod() + " "
                        + (path == null || path.isEmpty() ? "/" : path)
                        + (query == null || query.isEmpty() ? "" : "?" + query)
                        + " HTTP/1.1");
        received.headerSection().stream().skip(1).forEach(this::checkField);
        byte[] body = body();
        assertThat(received.body().getBytes()).containsExactly(body);
        List<String> lengths = received.values("content-length");
        assertThat(lengths.isEmpty() ? body.length == 0 : lengths.equals(List.of("" + body.length)))
                .as(() -> "" + lengths)
                .isTrue();
        assertThat(received.values("host")).hasSize(1);
        assertThat(received.values("cookie").size() <= 1)
                .as(() -> "" + received.headerSection())
                .isTrue();
    }

    /** The event's, without what signed the call. */
    private String query() {
        String query = event.getRawQueryString();
        List<String> signatures = values("authorization");
        boolean isSignedInItsHeader =
                !signatures.isEmpty() && signatures.stream().allMatch(SIGNATURE.asMatchPredicate());
        if (query == null || isSignedInItsHeader) {
            return query;
        }
        return Stream.of(query.split("&", -1))
                .filter(parameter ->
                        !SIGNATURE_PARAMETER.matcher(decodedName(parameter)).matches())
                .collect(Collectors.joining("&"));
    }

    private static String decodedName(String parameter) {
        String name = parameter.split("=", 2)[0];
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    private void checkField(String line) {
        int colon = line.indexOf(':');
        assertThat(colon > 0).as(line).isTrue();
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        String value = line.substring(colon + 1).strip();
        assertThat(REMOVED_FIELDS.contains(name) || name.startsWith("ts-") || name.startsWith("x-amzn-"))
                .as(line)
                .isFalse();
        if (name.equals("content-length")) {
            return;
        }
        List<String> given = values(PREFIXED_FIELDS.contains(name) ? "ts-" + name : name);
        boolean defaultHost = name.equals("host") && given.isEmpty() && TARGET_NAMES.contains(value);
        assertThat(defaultHost || given.contains(value)).as(line).isTrue();
    }

    /** The values that the event gives a header, as the bytes that stand on the wire. */
    private List<String> values(String name) {
        List<String> values = new ArrayList<>();
        Map<String, String> headers = event.getHeaders() == null ? Map.of() : event.getHeaders();
        headers.forEach((key, value) -> {
            if (key.equalsIgnoreCase(name) && value != null) {
                values.add(wire(value));
            }
        });
        return name.equals("cookie") ? List.of(cookies(values)) : values;
    }

    private String cookies(List<String> ofHeaders) {
        List<String> cookies = event.getCookies() == null ? List.of() : event.getCookies();
        String ofList = cookies.stream()
                .map(String::valueOf)
                .filter(cookie -> !cookie.isBlank())
                .collect(Collectors.joining("; "));
        return ofList.isEmpty()
                ? ofHeaders.stream().filter(cookie -> !cookie.isBlank()).collect(Collectors.joining("; "))
                : wire(ofList);
    }

    private static String wire(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1).strip();
    }

    private byte[] body() {
        if (event.getBody() == null) {
            return new byte[0];
        }
        return event.getIsBase64Encoded()
                ? Base64.getDecoder().decode(event.getBody())
                : event.getBody().getBytes(StandardCharsets.UTF_8);
    }
}
