package dev.tailnetproxy.client;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.Optional;

/**
 * Knows by a response's headers whose it is, before any of its body is read: the application's handler sees bodies of the target
 * only.
 */
record ResponseBodyHandler<T>(HttpResponse.BodyHandler<T> targetHandler)
        implements HttpResponse.BodyHandler<ResponseBody<T>> {

    @Override
    public BodySubscriber<ResponseBody<T>> apply(HttpResponse.ResponseInfo info) {
        Optional<ErrorResponse> error = ErrorResponse.of(info.statusCode(), info.headers()::firstValue);
        if (error.isPresent()) {
            return BodySubscribers.mapping(
                    new ErrorBodySubscriber(),
                    body -> new ResponseBody.ErrorBody<>(error.get().exception(body)));
        }
        HttpHeaders headers = RemappedHeaders.restored(info.headers());
        return BodySubscribers.mapping(
                targetHandler.apply(new TargetResponseInfo(info.statusCode(), headers, info.version())),
                ResponseBody.TargetBody::new);
    }

    /** The response as the application's handler sees it. */
    private record TargetResponseInfo(int statusCode, HttpHeaders headers, HttpClient.Version version)
            implements HttpResponse.ResponseInfo {}
}
