package dev.tailnetproxy.client.signing;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Resolves dot segments and empty segments, as Signature Version 4 asks of every service but S3. The signer's own way
 * ({@link java.net.URI#normalize}) keeps leading {@code ..} segments.
 */
final class CanonicalPath {

    private CanonicalPath() {}

    static String of(String path) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        String joined = "/" + String.join("/", segments);
        return path.endsWith("/") && !segments.isEmpty() ? joined + "/" : joined;
    }
}
