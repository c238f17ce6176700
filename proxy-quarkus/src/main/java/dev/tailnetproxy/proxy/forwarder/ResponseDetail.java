package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.proxy.forwarding.ResponseFilter;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import java.util.Locale;
import java.util.Set;

/** How much of the target's response a sender gets. */
public enum ResponseDetail implements ResponseFilter {
    /** All of it. */
    FULL {
        @Override
        public ProxyResponse forClient(ProxyResponse response) {
            return response;
        }
    },
    /** Its status and the fields that do not describe its body. */
    STATUS_AND_HEADERS {
        @Override
        public ProxyResponse forClient(ProxyResponse response) {
            return withoutBody(
                    response, response.status(), response.headers().without(ResponseDetail::describesContent));
        }
    },
    /** Its status. */
    STATUS {
        @Override
        public ProxyResponse forClient(ProxyResponse response) {
            return withoutBody(response, response.status(), Headers.none());
        }
    },
    /** That there was one. */
    ACCEPTED {
        @Override
        public ProxyResponse forClient(ProxyResponse response) {
            return withoutBody(response, ACCEPTED_STATUS, Headers.none());
        }
    };

    private static final int ACCEPTED_STATUS = 202;

    /** A body that is no longer is read, so that its connection can be used again. */
    private static final long MAX_READ_BYTES = 64 * 1024;

    private static final String CONTENT_PREFIX = "content-";

    private static final Set<String> REPRESENTATION =
            Set.of("etag", "last-modified", "accept-ranges", "digest", "repr-digest", "trailer");

    private static ProxyResponse withoutBody(ProxyResponse response, int status, Headers headers) {
        if (response.body().length().orElse(Long.MAX_VALUE) <= MAX_READ_BYTES) {
            response.body().drain();
        } else {
            response.body().abandon();
        }
        return new ProxyResponse(status, headers, Body.empty());
    }

    private static boolean describesContent(HeaderField field) {
        String name = field.name().toLowerCase(Locale.ROOT);
        return name.startsWith(CONTENT_PREFIX) || REPRESENTATION.contains(name);
    }
}
