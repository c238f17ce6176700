package dev.tailnetproxy.proxy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.Answer;
import dev.tailnetproxy.proxy.support.Invoker;
import dev.tailnetproxy.proxy.support.TailnetStandIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The very event that the CDK's warmer sends; the test of the warmer reads the same file. */
@QuarkusTest
@WithTestResource(TailnetStandIn.class)
class WarmUpEventTest {

    private static final Path EVENT = Path.of("../cdk/src/test/resources/warm-up-event.json");

    private final TailnetStandIn tailnet = TailnetStandIn.current();

    @Test
    void isAnsweredWithoutATarget() throws IOException {
        tailnet.socks().forgetDials();

        Answer answer = Invoker.invoke(Files.readString(EVENT));

        assertEquals(200, answer.status());
        assertTrue(new JsonObject(answer.text()).getBoolean("warm"));
        assertEquals(List.of(), tailnet.socks().dials());
    }
}
