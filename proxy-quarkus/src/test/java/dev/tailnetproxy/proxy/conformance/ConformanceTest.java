package dev.tailnetproxy.proxy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestTailnet;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
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

        FunctionResponse response = FunctionInvoker.invoke(line.event(TestTailnet.PEER));

        JsonObject expect = line.expect();
        String error = expect.getString("error");
        assertThat(response.header("ts-error-name")).isEqualTo(error);
        assertThat(response.status()).isEqualTo(expect.getInteger("status", 200));
        if (error != null) {
            assertProblem(response, error);
        }
        checkResponse(expect, response);
        if (Boolean.FALSE.equals(expect.getBoolean("dialled"))) {
            assertThat(tailnet.socks().dials()).as("nothing may be dialled").isEmpty();
            assertThat(tailnet.target().connections()).isEqualTo(connections);
            assertThat(tailnet.target().received()).isEmpty();
        } else if (Boolean.TRUE.equals(expect.getBoolean("dialled"))) {
            assertThat(tailnet.socks().dials()).isNotEmpty();
        }
        if (error == null) {
            assertThat(tailnet.target().received()).hasSize(1);
            checkRequest(expect, tailnet.target().last());
        }
    }

    @Test
    void tableHasMinimumSize() {
        assertThat(ConformanceCase.all().count() >= 120).isTrue();
    }

    private static void assertProblem(FunctionResponse response, String error) {
        JsonObject problem = new JsonObject(response.text());
        assertThat(response.header("content-type")).isEqualTo("application/problem+json");
        assertThat(problem.getString("name")).isEqualTo(error);
        assertThat(problem.getInteger("status")).isEqualTo(response.status());
        assertThat(problem.getString("detail")).isEqualTo(response.header("ts-error-message"));
        assertThat(problem.getString("title")).isNotNull();
        assertThat(response.header("ts-error") != null).isEqualTo(response.status() == 400);
    }

    private static void checkResponse(JsonObject expect, FunctionResponse response) {
        expect.getJsonObject("header", new JsonObject()).forEach(header -> assertThat(response.header(header.getKey()))
                .as(header.getKey())
                .isEqualTo(header.getValue()));
        expect.getJsonArray("noHeader", new JsonArray()).forEach(name -> assertThat(response.header((String) name))
                .as((String) name)
                .isNull());
        if (expect.containsKey("cookies")) {
            assertThat(response.cookies())
                    .isEqualTo(expect.getJsonArray("cookies").getList());
        }
        if (expect.containsKey("body")) {
            assertThat(response.text()).isEqualTo(expect.getString("body"));
        }
    }

    private static void checkRequest(JsonObject expect, RawTarget.ReceivedRequest seen) {
        if (expect.containsKey("line")) {
            assertThat(seen.requestLine()).isEqualTo(expect.getString("line"));
        }
        expect.getJsonObject("targetReceives", new JsonObject())
                .forEach(header -> assertThat(seen.values(header.getKey()))
                        .as(header.getKey())
                        .isEqualTo(((JsonArray) header.getValue()).getList()));
        expect.getJsonArray("targetDoesNotReceive", new JsonArray())
                .forEach(name ->
                        assertThat(seen.values((String) name)).as((String) name).isEmpty());
        if (expect.containsKey("targetReceivesBody")) {
            assertThat(seen.body().getBytes())
                    .containsExactly(Base64.getDecoder().decode(expect.getString("targetReceivesBody")));
        }
    }
}
