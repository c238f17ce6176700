package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.integration.TailnetExtension.DefaultChangeDelay;
import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.FirstRequests;
import dev.tailnetproxy.localstack.tailnet.FirstRequests.FirstRequest;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy that dials in the moment in which its node has joined: the target has not heard of the node yet. */
@FirstLane
class FirstRequestIT {

    private static final int STARTS = 3;

    private final Tailnet shortDelay;
    private final Tailnet longDelay;

    FirstRequestIT(Tailnet shortDelay, @DefaultChangeDelay Tailnet longDelay) {
        this.shortDelay = shortDelay;
        this.longDelay = longDelay;
    }

    @ParameterizedTest
    @ValueSource(strings = {"20 ms", "800 ms"})
    void firstRequestNeedsOneDial(String changeDelay) throws Exception {
        Tailnet tailnet = changeDelay.equals("20 ms") ? shortDelay : longDelay;
        try (EgressPod pod = tailnet.startPodJoiningOnRequest("first-request", Map.of())) {
            FirstRequests requests = new FirstRequests(pod);
            for (int i = 0; i < STARTS; i++) {
                FirstRequest first = requests.next();

                assertThat(first.status()).isEqualTo(200);
                assertThat(first.log().fieldNames()).contains("firstByteMs").doesNotContain("retries", "reason");
            }
        }
    }
}
