package dev.tailnetproxy.client;

import dev.tailnetproxy.contract.HeaderNames;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A response that is not the target's, known by its headers: only the proxy sends {@code ts-error-name}, and Lambda marks its
 * own errors with {@code x-amzn-errortype}; the proxy takes both out of a target's response. Neither has an error without a
 * status that says so, and nothing else of a response counts: a target chooses its status, its body and its other fields.
 */
public final class ErrorResponse {

    private static final int MIN_ERROR_STATUS = 400;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private final Function<String, TailscaleProxyException> exceptionFactory;

    private ErrorResponse(Function<String, TailscaleProxyException> exceptionFactory) {
        this.exceptionFactory = exceptionFactory;
    }

    /**
     * Looks at the headers of a response.
     *
     * @param status the HTTP status
     * @param header gives the first value of a header by its name in lower case
     * @return nothing when the response is the target's
     */
    public static Optional<ErrorResponse> of(int status, Function<String, Optional<String>> header) {
        if (status < MIN_ERROR_STATUS) {
            return Optional.empty();
        }
        Optional<Duration> retryAfter = header.apply("retry-after")
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
        String message = header.apply(HeaderNames.ERROR_MESSAGE).orElse("");
        Optional<ErrorResponse> ofProxy = header.apply(HeaderNames.ERROR_NAME)
                .map(name -> new ErrorResponse(body -> new ProxyException(name, message, status, retryAfter)));
        // "AccessDeniedException:http://…" is how some of AWS's front ends spell it.
        return ofProxy.or(() -> header.apply(HeaderNames.AWS_ERROR_TYPE)
                .map(type -> type.split(":", 2)[0])
                .map(type -> new ErrorResponse(body -> new FunctionUrlException(type, body, status, retryAfter))));
    }

    /**
     * The exception for it.
     *
     * @param body the beginning of the response's body, or nothing where it is not at hand
     */
    public TailscaleProxyException exception(String body) {
        return exceptionFactory.apply(body);
    }
}
