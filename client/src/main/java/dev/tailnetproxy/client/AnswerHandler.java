package dev.tailnetproxy.client;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.Optional;

/**
 * Knows by an answer's headers whose it is, before any of its body is read: the caller's handler sees bodies of the target
 * only.
 */
record AnswerHandler<T>(HttpResponse.BodyHandler<T> ofTarget) implements HttpResponse.BodyHandler<Answer<T>> {

    @Override
    public BodySubscriber<Answer<T>> apply(HttpResponse.ResponseInfo info) {
        Optional<ErrorAnswer> error = ErrorAnswer.of(info.statusCode(), info.headers()::firstValue);
        if (error.isPresent()) {
            return BodySubscribers.mapping(
                    new ShortText(), body -> new Answer.InItsPlace<>(error.get().exception(body)));
        }
        HttpHeaders headers = RemappedHeaders.restored(info.headers());
        return BodySubscribers.mapping(
                ofTarget.apply(new TargetInfo(info.statusCode(), headers, info.version())), Answer.OfTarget::new);
    }

    /** What the caller's handler sees. */
    private record TargetInfo(int statusCode, HttpHeaders headers, HttpClient.Version version)
            implements HttpResponse.ResponseInfo {}
}
