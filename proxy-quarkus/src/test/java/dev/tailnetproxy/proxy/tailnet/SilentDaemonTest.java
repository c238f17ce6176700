package dev.tailnetproxy.proxy.tailnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tailscaled that is gone, or a node that has left: the log says why. */
class SilentDaemonTest {

    private final CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.tailnet");
    private final TestProxy proxy =
            TestProxy.options().joinWait(Duration.ofMillis(1)).start();

    @AfterEach
    void stop() {
        proxy.close();
        log.close();
    }

    private List<String> silences() {
        return log.warnings().stream()
                .filter(logged -> logged.startsWith("no word from tailscaled: "))
                .toList();
    }

    @Test
    void unreachableTailscaledIsLoggedEveryTenMinutes() {
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined);
        proxy.localApi().close();
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.NotJoined);
        assertThat(silences()).as("it may just be starting anew").isEmpty();

        proxy.clock().pass(Duration.ofSeconds(6));
        await().until(() -> !silences().isEmpty());
        int before = silences().size();
        proxy.clock().pass(Duration.ofMinutes(11));
        await().until(() -> silences().size() > before);

        assertThat(proxy.tailnet().unavailableReason()).startsWith("tailscaled does not respond yet: ");
        assertThat(proxy.get().headers().first("ts-error-message").orElse(""))
                .isEqualTo(proxy.tailnet().unavailableReason());
    }

    @Test
    void leavingTailnetIsLoggedWithReason() {
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined);
        proxy.localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));

        await().until(() ->
                log.warnings().contains("no longer in the tailnet: the node is not logged in to the tailnet"));
    }
}
