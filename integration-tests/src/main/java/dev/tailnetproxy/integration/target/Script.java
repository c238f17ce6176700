package dev.tailnetproxy.integration.target;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * What the scripted target does with every request.
 *
 * @param answer the bytes it writes
 * @param then what follows them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Script(byte[] answer, Then then) {

    private static final long PAUSE_BETWEEN_BYTES_MS = 1000;

    /** How a connection goes on behind the answer. */
    enum Then {
        /** It takes the next request. */
        KEEP,
        /** It ends. */
        CLOSE,
        /** One more byte comes each second until the other side has enough. */
        TRICKLE;

        /** As the query of the control port names it; without a query it is {@link #KEEP}. */
        static Then of(String query) {
            return query == null ? KEEP : valueOf(query.toUpperCase(Locale.ROOT));
        }
    }

    /** Whether the connection takes another request. */
    boolean play(OutputStream out) throws IOException, InterruptedException {
        out.write(answer);
        out.flush();
        while (then == Then.TRICKLE) {
            Thread.sleep(PAUSE_BETWEEN_BYTES_MS);
            out.write('x');
            out.flush();
        }
        return then == Then.KEEP;
    }
}
