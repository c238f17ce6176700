package dev.tailnetproxy.proxy.conformance;

import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One line of the tables in {@code src/test/resources/conformance}, or of {@code sizes.json} beside them.
 *
 * <p>A letter that is repeated is written {@code <<x*70000>>}. What goes in: {@code method}, {@code path}, {@code query}, {@code headers}, {@code cookies}, {@code text} or
 * {@code base64} for the body, {@code target} as address and port (a null leaves the header out). What the target does:
 * {@code response}, lines that are joined with CR LF, and {@code close} when it then ends the connection. What has to come
 * of it, in {@code expect}: {@code line}, {@code sees}, {@code seesNot}, {@code seesBody} of the request at the target;
 * {@code status}, {@code header}, {@code headerNot}, {@code cookies}, {@code body}, {@code error} of the response;
 * {@code dialled} whether anything was dialled. The same lines also run through a real tailnet in containers.
 *
 * @param json the line
 */
public record ConformanceCase(JsonObject json) {

    private static final List<String> TABLES =
            List.of("methods", "paths", "queries", "headers", "cookies", "bodies", "statuses", "errors", "policy");

    private static final Pattern REPEATED = Pattern.compile("<<([a-z])\\*([0-9]+)>>");

    private static final String DEFAULT_RESPONSE = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    /** All cases of all tables. */
    public static Stream<ConformanceCase> all() {
        // The sizes stand apart, because only this class reads the short form for long texts.
        return Stream.concat(
                TABLES.stream().flatMap(name -> table("/conformance/" + name + ".json")), table("/sizes.json"));
    }

    private static Stream<ConformanceCase> table(String name) {
        try (InputStream in = ConformanceCase.class.getResourceAsStream(name)) {
            return new JsonArray(expanded(new String(in.readAllBytes(), StandardCharsets.UTF_8)))
                    .stream().map(line -> new ConformanceCase((JsonObject) line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts long texts for what stands for them. */
    private static String expanded(String table) {
        return REPEATED.matcher(table).replaceAll(found -> found.group(1).repeat(Integer.parseInt(found.group(2))));
    }

    public JsonObject expect() {
        return json.getJsonObject("expect");
    }

    /** The request, for port 80 of this address unless the case names another target. */
    public FunctionEventBuilder event(String defaultTarget) {
        return FunctionEventBuilder.ofRow(json.getMap(), defaultTarget);
    }

    /** What the target does. */
    public RawTarget.Response response() {
        JsonArray lines = json.getJsonArray("response");
        String text = lines == null
                ? DEFAULT_RESPONSE
                : String.join("\r\n", lines.stream().map(String.class::cast).toList());
        boolean close = json.getBoolean("close", false);
        return (request, out) -> {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            return !close;
        };
    }

    @Override
    public String toString() {
        return json.getString("name");
    }
}
