package dev.tailnetproxy.proxy.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestTailnet;
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
@WithTestResource(TestTailnet.class)
class ConformanceTest {

    private final TestTailnet tailnet = TestTailnet.current();

    static Stream<ConformanceCase> all() {
        return ConformanceCase.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void conformsToContract(ConformanceCase line) {
        tailnet.target().reset();
        tailnet.target().responds(line.response());
        tailnet.socks().clearDials();
        int connections = tailnet.target().connections();

        FunctionResponse response = FunctionInvoker.invoke(line.event(TestTailnet.PEER, 80));

        JsonObject expect = line.expect();
        String error = expect.getString("error");
        assertEquals(error, response.header("ts-error-name"));
        assertEquals(expect.getInteger("status", 200), response.status());
        if (error != null) {
            assertProblem(response, error);
        }
        checkResponse(expect, response);
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
    void tableHasMinimumSize() {
        assertTrue(ConformanceCase.all().count() >= 120);
    }

    private static void assertProblem(FunctionResponse response, String error) {
        JsonObject problem = new JsonObject(response.text());
        assertEquals("application/problem+json", response.header("content-type"));
        assertEquals(error, problem.getString("name"));
        assertEquals(response.status(), problem.getInteger("status"));
        assertEquals(response.header("ts-error-message"), problem.getString("detail"));
        assertNotNull(problem.getString("title"));
        assertEquals(response.status() == 400, response.header("ts-error") != null);
    }

    private static void checkResponse(JsonObject expect, FunctionResponse response) {
        expect.getJsonObject("header", new JsonObject())
                .forEach(header -> assertEquals(header.getValue(), response.header(header.getKey()), header.getKey()));
        expect.getJsonArray("noHeader", new JsonArray())
                .forEach(name -> assertNull(response.header((String) name), (String) name));
        if (expect.containsKey("cookies")) {
            assertEquals(expect.getJsonArray("cookies").getList(), response.cookies());
        }
        if (expect.containsKey("body")) {
            assertEquals(expect.getString("body"), response.text());
        }
    }

    private static void checkRequest(JsonObject expect, RawTarget.ReceivedRequest seen) {
        if (expect.containsKey("line")) {
            assertEquals(expect.getString("line"), seen.requestLine());
        }
        expect.getJsonObject("targetReceives", new JsonObject())
                .forEach(header -> assertEquals(
                        ((JsonArray) header.getValue()).getList(), seen.values(header.getKey()), header.getKey()));
        expect.getJsonArray("targetDoesNotReceive", new JsonArray())
                .forEach(name -> assertEquals(List.of(), seen.values((String) name), (String) name));
        if (expect.containsKey("targetReceivesBody")) {
            assertArrayEquals(
                    Base64.getDecoder().decode(expect.getString("targetReceivesBody")),
                    seen.body().getBytes());
        }
    }
}
