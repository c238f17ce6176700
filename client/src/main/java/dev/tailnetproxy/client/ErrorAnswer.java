package dev.tailnetproxy.client;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * An answer that is not the target's, known by its headers: only the proxy sends {@code ts-error-name}, and Lambda marks its
 * own errors with {@code x-amzn-errortype}; the proxy takes both out of a target's response. Neither has an error without a
 * status that says so, and nothing else of a response counts: a target chooses its status, its body and its other fields.
 */
public final class ErrorAnswer {

    private static final int FIRST_STATUS_OF_ERRORS = 400;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private final Function<String, TailscaleProxyException> exceptionOfBody;

    private ErrorAnswer(Function<String, TailscaleProxyException> exceptionOfBody) {
        this.exceptionOfBody = exceptionOfBody;
    }

    /**
     * Looks at the headers of an answer.
     *
     * @param status the HTTP status
     * @param header gives the first value of a header by its name in lower case
     * @return nothing when the answer is the target's
     */
    public static Optional<ErrorAnswer> of(int status, Function<String, Optional<String>> header) {
        if (status < FIRST_STATUS_OF_ERRORS) {
            return Optional.empty();
        }
        Optional<Duration> retryAfter = header.apply("retry-after")
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
        String message = header.apply("ts-error-message").orElse("");
        Optional<ErrorAnswer> ofProxy = header.apply("ts-error-name")
                .map(name -> new ErrorAnswer(body -> new ProxyException(name, message, status, retryAfter)));
        // "AccessDeniedException:http://…" is how some of AWS's front ends spell it.
        return ofProxy.or(() -> header.apply("x-amzn-errortype")
                .map(type -> type.split(":", 2)[0])
                .map(type -> new ErrorAnswer(body -> new FunctionUrlException(type, body, status, retryAfter))));
    }

    /**
     * The exception for it.
     *
     * @param body the beginning of the answer's body, or nothing where it is not at hand
     */
    public TailscaleProxyException exception(String body) {
        return exceptionOfBody.apply(body);
    }
}
