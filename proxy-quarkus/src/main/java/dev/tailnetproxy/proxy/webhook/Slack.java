package dev.tailnetproxy.proxy.webhook;

import java.util.List;
import java.util.Optional;

/** Slack: {@code X-Slack-Signature: v0=} and the HMAC of {@code v0:}, the timestamp's field, a colon and the body. */
public record Slack() implements Scheme {

    private static final String FIELD = "X-Slack-Signature";
    private static final String TIMESTAMP_FIELD = "X-Slack-Request-Timestamp";
    private static final SignatureFormat FORMAT = new SignatureFormat(HmacAlgorithm.SHA256, SignatureEncoding.HEX);

    @Override
    public Claim claim(SignedRequest request) {
        String signature = FORMAT.behind("v0=", request.field(FIELD), FIELD);
        String timestamp = request.field(TIMESTAMP_FIELD);
        return new Claim(
                FORMAT,
                List.of(signature),
                List.of(new SignedContent("v0:" + timestamp + ':', request.body())),
                Optional.of(Timestamps.parse(timestamp, TIMESTAMP_FIELD)),
                Optional.empty());
    }
}
