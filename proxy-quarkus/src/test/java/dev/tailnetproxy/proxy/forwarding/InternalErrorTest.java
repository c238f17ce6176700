package dev.tailnetproxy.proxy.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A fault of the proxy itself is not said to be the target's, and tells nothing of what it stumbled over. */
class InternalErrorTest {

    static Stream<Throwable> faults() {
        Throwable fault = new IndexOutOfBoundsException(SecretMarker.SECRET);
        return Stream.of(fault, new ProxyFailure(ErrorName.INTERNAL_ERROR, "named where it was met", fault));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void internalErrorIsNamedAndLogged(Throwable fault) {
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.forwarding");
        ProxyResponse response;
        try (log;
                TestProxy proxy = TestProxy.options().start()) {
            response = proxy.proxy().errorResponse(fault);
        }
        List<ExtLogRecord> logged = log.records();

        assertThat(response.status()).isEqualTo(500);
        assertThat(TestProxy.outcome(response)).isEqualTo("InternalError");
        assertThat(logged).hasSize(1);
        String line = new JsonFormatter().format(logged.get(0));
        assertThat(line.contains("BUG") && line.contains(getClass().getName()))
                .as(line)
                .isTrue();
        SecretMarker.assertNone(line);
        SecretMarker.assertNone(response.headers().toString());
    }
}
