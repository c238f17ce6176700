package dev.tailnetproxy.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A client of a scripted Function URL whose pauses take no time and are kept. */
final class ScriptedClient {

    private final List<Duration> delayScheduler = Collections.synchronizedList(new ArrayList<>());

    TailscaleProxyClientBuilder of(ScriptedFunctionUrl proxy) {
        return TailscaleProxyClient.builder()
                .url(proxy.uri())
                .region("eu-central-1")
                .credentialsProvider(TestCredentials.fixed())
                .target("100.64.0.1", 8080)
                .delayScheduler((pause, next) -> {
                    delayScheduler.add(pause);
                    next.run();
                });
    }

    List<Duration> delayScheduler() {
        return List.copyOf(delayScheduler);
    }
}
