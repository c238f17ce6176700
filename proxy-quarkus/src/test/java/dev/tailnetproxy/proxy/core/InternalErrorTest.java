package dev.tailnetproxy.proxy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.LogCapture;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A fault of the proxy itself is not said to be the target's, and tells nothing of what it stumbled over. */
class InternalErrorTest {

    static Stream<Throwable> faults() {
        Throwable fault = new IndexOutOfBoundsException(MarkedSecrets.SECRET);
        return Stream.of(fault, new ProxyFailure(ErrorName.INTERNAL_ERROR, "named where it was met", fault));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void hasANameOfItsOwnAndAPlaceInTheLog(Throwable fault) {
        LogCapture log = LogCapture.of("dev.tailnetproxy.proxy.core");
        ProxyResponse response;
        try (log;
                Harness proxy = Harness.options().start()) {
            response = proxy.proxy().failed(fault);
        }
        List<ExtLogRecord> said = log.records();

        assertEquals(500, response.status());
        assertEquals("InternalError", Harness.outcome(response));
        assertEquals(1, said.size());
        String line = new JsonFormatter().format(said.get(0));
        assertTrue(line.contains("BUG") && line.contains(getClass().getName()), line);
        MarkedSecrets.assertNone(line);
        MarkedSecrets.assertNone(response.headers().toString());
    }
}
