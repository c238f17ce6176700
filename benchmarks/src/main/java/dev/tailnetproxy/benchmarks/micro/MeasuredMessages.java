package dev.tailnetproxy.benchmarks.micro;

import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.http.Headers;

/** The header sections of an ordinary request and of its response. */
final class MeasuredMessages {

    private MeasuredMessages() {}

    static Headers request(String target) {
        return Headers.of(
                "host",
                "proxy.example",
                HeaderNames.TARGET_IP,
                target,
                HeaderNames.TARGET_PORT,
                "8080",
                HeaderNames.TIMEOUT_MS,
                "30000",
                "accept",
                "*/*",
                "user-agent",
                "client/1.0",
                "cookie",
                "session=1",
                "content-type",
                "application/json",
                "content-length",
                "1024");
    }

    static Headers response() {
        return Headers.of(
                "date",
                "Thu, 26 Nov 2026 12:00:00 GMT",
                "content-type",
                "application/json",
                "content-length",
                "1024",
                "connection",
                "keep-alive",
                "etag",
                "\"1\"",
                "x_trace",
                "7");
    }
}
