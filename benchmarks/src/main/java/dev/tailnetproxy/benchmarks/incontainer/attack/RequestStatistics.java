package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.util.List;
import java.util.Locale;

/**
 * The results of one honest client's requests.
 *
 * @param sent how many it sent
 * @param received how many got their response in time
 * @param p99Micros the time that 99 of 100 received responses took at most, 0 without any
 * @param failure how the last of the others failed, empty when there are none
 */
public record RequestStatistics(int sent, int received, long p99Micros, String failure) {

    public RequestStatistics {
        if (received < 0 || sent < received) {
            throw new IllegalArgumentException(received + " responses to " + sent + " requests");
        }
    }

    /**
     * One request.
     *
     * @param micros how long it took
     * @param failure how it failed, empty when it did not
     */
    record TimedRequest(long micros, String failure) {}

    static RequestStatistics of(List<TimedRequest> exchanges) {
        List<Long> micros = exchanges.stream()
                .filter(exchange -> exchange.failure().isEmpty())
                .map(TimedRequest::micros)
                .sorted()
                .toList();
        String failure = exchanges.stream()
                .map(TimedRequest::failure)
                .filter(text -> !text.isEmpty())
                .reduce("", (earlier, later) -> later);
        // By the nearest rank: a value that was measured, and with fewer than 100 the slowest.
        long p99 = micros.isEmpty() ? 0 : micros.get((int) Math.ceil(micros.size() * 0.99) - 1);
        return new RequestStatistics(exchanges.size(), micros.size(), p99, failure);
    }

    /**
     * Of a line that {@link #line} made.
     *
     * @throws IllegalArgumentException when it is another one
     */
    public static RequestStatistics of(String line) {
        String[] words = line.split(" ", 5);
        if (words.length < 5) {
            throw new IllegalArgumentException("no line of a client: " + line);
        }
        return new RequestStatistics(
                Integer.parseInt(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]), words[4]);
    }

    /** Everything in one line, which begins with a word. */
    String line(String word) {
        return String.format(
                Locale.ROOT, "%s %d %d %d %s", word, sent, received, p99Micros, failure.replaceAll("\\s+", " "));
    }

    /** Whether every request got its response. */
    public boolean complete() {
        return sent > 0 && sent == received;
    }
}
