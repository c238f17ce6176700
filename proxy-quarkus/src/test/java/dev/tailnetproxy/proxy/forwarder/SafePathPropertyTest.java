package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.PercentEncoding;
import dev.tailnetproxy.proxy.support.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a path is made of, it stays below the base for readers that decode, normalize and forgive much. */
class SafePathPropertyTest {

    private static final int PATHS = 200_000;
    private static final SafePath BASE = new SafePath("/base/sub");

    private static final List<String> PIECES = List.of(
            "/",
            "/",
            "/",
            ".",
            "..",
            "a",
            "b",
            ";",
            ";x=1",
            "%",
            "25",
            "2e",
            "2f",
            "5c",
            "%2e",
            "%2E",
            "%2f",
            "%5c",
            "%25",
            "%252e",
            "%c0%ae",
            "%c0%af",
            "%e0%80%ae",
            "%ef%bc%8e",
            "%ef%bc%8f",
            "%e2%80%a5",
            "%20",
            "%09",
            "%00",
            "\\",
            "%3b",
            "%u002e",
            "?",
            "#",
            ":",
            "@",
            "//",
            "\uff0e",
            "\uff0f",
            "\u2025",
            "%c3%bc",
            "~");

    private final Random random = SeededRandom.random(SafePathPropertyTest.class);

    private String path() {
        StringBuilder path = new StringBuilder(random.nextInt(10) > 0 ? "/" : "");
        for (int i = random.nextInt(8); i >= 0; i--) {
            path.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return path.toString();
    }

    private static Optional<SafePath> below(String path, boolean isDecoded) {
        try {
            return Optional.of(BASE.append(isDecoded ? SafePath.ofDecoded(path) : new SafePath(path)));
        } catch (IllegalArgumentException refused) {
            return Optional.empty();
        }
    }

    /** The path as the most forgiving reader takes it. */
    private static String lenientlyRead(String path) {
        String text = path;
        for (int i = 0; i < 3; i++) {
            byte[] decoded = PercentEncoding.decode(text.getBytes(StandardCharsets.UTF_8));
            text = Normalizer.normalize(new String(decoded, StandardCharsets.UTF_8), Normalizer.Form.NFKC);
        }
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : text.replace('\\', '/').split("/", -1)) {
            String name = segment.replaceFirst(";.*", "").strip();
            if (name.equals("..")) {
                segments.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                segments.add(name);
            }
        }
        return "/" + String.join("/", segments);
    }

    @Test
    void staysBelowBase() {
        int accepted = 0;
        for (int i = 0; i < PATHS; i++) {
            String path = path();
            Optional<SafePath> joined = below(path, random.nextBoolean());
            if (joined.isPresent()) {
                accepted++;
                assertThat(joined.get().text()).as(path).startsWith("/base/sub");
                assertThat(lenientlyRead(joined.get().text()) + "/").as(path).startsWith("/base/sub/");
            }
        }
        assertThat(accepted).as("paths that are not refused").isGreaterThan(PATHS / 100);
    }
}
