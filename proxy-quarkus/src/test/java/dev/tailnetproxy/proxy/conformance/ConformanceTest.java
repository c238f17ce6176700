package dev.tailnetproxy.proxy.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.Answer;
import dev.tailnetproxy.proxy.support.Invoker;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStandIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract as a table, event in and event out. */
@QuarkusTest
@WithTestResource(TailnetStandIn.class)
class ConformanceTest {

    private final TailnetStandIn tailnet = TailnetStandIn.current();

    static Stream<ConformanceCase> all() {
        return ConformanceCase.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void holds(ConformanceCase line) {
        tailnet.target().reset();
        tailnet.target().responds(line.answer());
        tailnet.socks().forgetDials();
        int connections = tailnet.target().connections();

        Answer answer = Invoker.invoke(line.event(TailnetStandIn.PEER, 80));

        JsonObject expect = line.expect();
        String error = expect.getString("error");
        assertEquals(error, answer.header("ts-error-name"));
        assertEquals(expect.getInteger("status", 200), answer.status());
        if (error != null) {
            assertProblem(answer, error);
        }
        checkAnswer(expect, answer);
        if (Boolean.FALSE.equals(expect.getBoolean("dialled"))) {
            assertEquals(List.of(), tailnet.socks().dials(), "nothing may be dialled");
            assertEquals(connections, tailnet.target().connections());
            assertEquals(List.of(), tailnet.target().received());
        } else if (Boolean.TRUE.equals(expect.getBoolean("dialled"))) {
            assertFalse(tailnet.socks().dials().isEmpty());
        }
        if (error == null) {
            assertEquals(1, tailnet.target().received().size());
            checkRequest(expect, tailnet.target().last());
        }
    }

    @Test
    void thereAreEnoughCases() {
        assertTrue(ConformanceCase.all().count() >= 120);
    }

    private static void assertProblem(Answer answer, String error) {
        JsonObject problem = new JsonObject(answer.text());
        assertEquals("application/problem+json", answer.header("content-type"));
        assertEquals(error, problem.getString("name"));
        assertEquals(answer.status(), problem.getInteger("status"));
        assertEquals(answer.header("ts-error-message"), problem.getString("detail"));
        assertNotNull(problem.getString("title"));
        assertEquals(answer.status() == 400, answer.header("ts-error") != null);
    }

    private static void checkAnswer(JsonObject expect, Answer answer) {
        expect.getJsonObject("header", new JsonObject())
                .forEach(header -> assertEquals(header.getValue(), answer.header(header.getKey()), header.getKey()));
        expect.getJsonArray("headerNot", new JsonArray())
                .forEach(name -> assertNull(answer.header((String) name), (String) name));
        if (expect.containsKey("cookies")) {
            assertEquals(expect.getJsonArray("cookies").getList(), answer.cookies());
        }
        if (expect.containsKey("body")) {
            assertEquals(expect.getString("body"), answer.text());
        }
    }

    private static void checkRequest(JsonObject expect, RawTarget.Received seen) {
        if (expect.containsKey("line")) {
            assertEquals(expect.getString("line"), seen.requestLine());
        }
        expect.getJsonObject("sees", new JsonObject())
                .forEach(header -> assertEquals(
                        ((JsonArray) header.getValue()).getList(), seen.values(header.getKey()), header.getKey()));
        expect.getJsonArray("seesNot", new JsonArray())
                .forEach(name -> assertEquals(List.of(), seen.values((String) name), (String) name));
        if (expect.containsKey("seesBody")) {
            assertArrayEquals(
                    Base64.getDecoder().decode(expect.getString("seesBody")),
                    seen.body().getBytes());
        }
    }
}
