package dev.tailnetproxy.integration;

import static dev.tailnetproxy.integration.RotatedKey.publicPart;
import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The key is replaced while functions use it: Secrets Manager invokes the function, headscale makes and ends the keys. */
@SecondLane
class KeyRotationIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Tailnet tailnet;

    KeyRotationIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @ParameterizedTest
    @EnumSource
    void nodesOfBothKeysWorkDuringOverlap(RotatedKey.Api api) throws Exception {
        try (RotatedKey rotated = RotatedKey.start(tailnet, api, Duration.ofHours(24))) {
            rotated.rotate();
            String old = rotated.currentKey();
            try (LayerFunction before = rotated.startNode("before")) {
                assertThat(before.invoke()).isEqualTo(HELLO);

                rotated.rotate();

                assertThat(before.invoke()).isEqualTo(HELLO);
                assertThat(rotated.keyOf("before")).isEqualTo(publicPart(old));
            }
            String current = rotated.currentKey();
            assertThat(current).isNotEqualTo(old);
            assertThat(rotated.previousKey()).isEqualTo(old);
            try (LayerFunction after = rotated.startNode("after")) {
                assertThat(after.invoke()).isEqualTo(HELLO);
                assertThat(rotated.keyOf("after")).isEqualTo(publicPart(current));
            }

            rotated.removeOldKeys();

            assertThat(rotated.validKeys()).containsExactlyInAnyOrder(publicPart(old), publicPart(current));
            try (LayerFunction late = rotated.startNodeWithKey("late", old)) {
                assertThat(late.invoke()).isEqualTo(HELLO);
            }
            assertThat(rotated.log()).contains("finishSecret").doesNotContain(old, current, rotated.credentials());
        }
    }

    @ParameterizedTest
    @EnumSource
    void oldKeyIsWorthlessAfterOverlapAndItsNodesStay(RotatedKey.Api api) throws Exception {
        try (RotatedKey rotated = RotatedKey.start(tailnet, api, Duration.ZERO)) {
            rotated.rotate();
            String old = rotated.currentKey();
            try (LayerFunction before = rotated.startNode("before")) {
                assertThat(before.invoke()).isEqualTo(HELLO);
                rotated.rotate();

                rotated.removeOldKeys();

                assertThat(rotated.validKeys()).containsExactly(publicPart(rotated.currentKey()));
                try (LayerFunction late = rotated.startNodeWithKey("late", old)) {
                    assertThat(late.invoke()).contains("did not respond");
                    await().atMost(TIMEOUT)
                            .untilAsserted(
                                    () -> assertThat(late.state().problem()).contains("KeyRejected"));
                }
                try (LayerFunction after = rotated.startNode("after")) {
                    assertThat(after.invoke()).isEqualTo(HELLO);
                }
                assertThat(before.invoke()).isEqualTo(HELLO);
            }
        }
    }

    /** Each end of the function is followed by the repeat of the rotation, which Secrets Manager does. */
    @ParameterizedTest
    @CsvSource({
        "HEADSCALE, PutSecretValue, BEFORE",
        "HEADSCALE, PutSecretValue, AFTER",
        "HEADSCALE, UpdateSecretVersionStage, BEFORE",
        "HEADSCALE, UpdateSecretVersionStage, AFTER",
        "TAILSCALE, PutSecretValue, BEFORE",
        "TAILSCALE, UpdateSecretVersionStage, AFTER"
    })
    void crashedRotationLeavesCurrentAndPreviousKeyOnly(RotatedKey.Api api, String action, SecretsManager.Moment moment)
            throws Exception {
        try (RotatedKey rotated = RotatedKey.start(tailnet, api, Duration.ofHours(24))) {
            rotated.rotate();
            String old = rotated.currentKey();
            tailnet.secrets().hold(action, moment);
            CompletableFuture<Void> rotation = CompletableFuture.runAsync(rotated::rotate);
            await().atMost(TIMEOUT).until(tailnet.secrets()::isHolding);

            rotated.crash();
            rotation.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

            await().untilAsserted(() -> assertThat(rotated.failedSteps()).hasSize(1));
            assertThat(rotated.currentKey()).isNotEqualTo(old);
            assertThat(rotated.previousKey()).isEqualTo(old);
            assertThat(rotated.validKeys())
                    .containsExactlyInAnyOrderElementsOf(List.of(publicPart(old), publicPart(rotated.currentKey())));
        }
    }
}
