package dev.tailnetproxy.rotation.control;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Repeats calls where that is safe: after 429, because such a call was not done, and after 5xx or no response only a call
 * that may be done twice.
 */
public final class ApiCalls {

    private static final int TRIES = 4;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;
    private static final int NO_STATUS = 0;
    private static final int LONGEST_TEXT = 200;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");
    private static final Pattern KEY = Pattern.compile("(tskey|hskey)-[^\\s\"]*");

    private final Pause pause;

    /** @param pause between two tries */
    public ApiCalls(Pause pause) {
        this.pause = pause;
    }

    /** A call that may be done twice. */
    public <T extends @Nullable Object> T repeatable(String name, Supplier<T> call) {
        return run(name, call, true);
    }

    /** A call that must not be done twice. */
    public <T extends @Nullable Object> T once(String name, Supplier<T> call) {
        return run(name, call, false);
    }

    private <T extends @Nullable Object> T run(String name, Supplier<T> call, boolean repeatable) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (ControlServerException alreadyTold) {
                throw alreadyTold;
            } catch (RuntimeException e) {
                Optional<Response> response = response(e);
                int status = response.map(Response::getStatus).orElse(NO_STATUS);
                boolean again =
                        status == TOO_MANY_REQUESTS || (repeatable && (status == NO_STATUS || status >= SERVER_ERRORS));
                if (!again || attempt == TRIES) {
                    throw new ControlServerException(
                            name, status, response.map(ApiCalls::describe).orElseGet(() -> kind(e)));
                }
                pause.of(wait(response, attempt));
            }
        }
    }

    /** A response that could not be read is an exception with a made-up response, and the parser's exception as its cause. */
    private static Optional<Response> response(RuntimeException e) {
        return e instanceof WebApplicationException failure
                        && (failure.getCause() == null || failure.getCause() instanceof WebApplicationException)
                ? Optional.of(failure.getResponse())
                : Optional.empty();
    }

    private static Duration wait(Optional<Response> response, int attempt) {
        return response.map(given -> given.getHeaderString("Retry-After"))
                .map(String::strip)
                .filter(after -> SECONDS.matcher(after).matches())
                .map(after -> atMost(Duration.ofSeconds(Long.parseLong(after))))
                .orElseGet(() -> backoff(attempt));
    }

    private static Duration backoff(int attempt) {
        return atMost(FIRST_PAUSE.multipliedBy(1L << attempt));
    }

    private static Duration atMost(Duration wanted) {
        return wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE;
    }

    /** The class of what went wrong says enough; its message may quote a response. */
    private static String kind(RuntimeException e) {
        Throwable source = e.getCause() == null ? e : e.getCause();
        return "no usable response (" + source.getClass().getSimpleName() + ")";
    }

    /** The status, and the control server's own words, cut, on one line, and without anything that looks like a key. */
    private static String describe(Response response) {
        String status = "status " + response.getStatus();
        try {
            String text = response.readEntity(String.class);
            if (text == null || text.isBlank()) {
                return status;
            }
            String safe = KEY.matcher(text)
                    .replaceAll("(key)")
                    .replaceAll("[\\p{Cntrl}\\s]+", " ")
                    .strip();
            return status + ": " + safe.substring(0, Math.min(safe.length(), LONGEST_TEXT));
        } catch (ProcessingException | IllegalStateException unreadable) {
            return status;
        }
    }
}
