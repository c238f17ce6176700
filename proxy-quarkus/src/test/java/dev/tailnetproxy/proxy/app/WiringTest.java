package dev.tailnetproxy.proxy.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailnetproxy.proxy.support.Configs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said at start. */
class WiringTest {

    @ParameterizedTest
    @CsvSource({"'', 0", "100.64.0.2, 1"})
    void uncheckedCertificatesAreSaidAtStart(String targets, int warnings) throws IOException {
        List<String> said = new CopyOnWriteArrayList<>();
        ExtHandler handler = new ExtHandler() {
            @Override
            protected void doPublish(ExtLogRecord logged) {
                if (logged.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                    said.add(logged.getMessage());
                }
            }
        };
        Logger logger = Logger.getLogger(Wiring.class.getName());
        logger.addHandler(handler);
        try {
            new Wiring().settings(Configs.of(Map.of("TS_PROXY_TLS_INSECURE_TARGETS", targets)));
        } finally {
            logger.removeHandler(handler);
        }

        assertEquals(warnings, said.size(), said.toString());
    }
}
