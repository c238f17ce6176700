package dev.tailnetproxy.localstack.target;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * The behaviour of the scripted target for every request.
 *
 * @param bytes the bytes it writes
 * @param continuation the behaviour of the connection afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ScriptedResponse(byte[] bytes, Continuation continuation) {

    private static final long PAUSE_BETWEEN_BYTES_MS = 1000;

    /** How a connection goes on behind the response. */
    enum Continuation {
        /** It takes the next request. */
        KEEP,
        /** It ends. */
        CLOSE,
        /** One more byte comes each second until the other side has enough. */
        TRICKLE,
        /** There is no response before the next one is set, which then is the response. */
        HOLD;

        /** As the query of the control port names it; without a query it is {@link #KEEP}. */
        static Continuation of(String query) {
            return query == null ? KEEP : valueOf(query.toUpperCase(Locale.ROOT));
        }
    }

    /** Whether the connection takes another request. */
    boolean writeTo(OutputStream out) throws IOException, InterruptedException {
        out.write(bytes);
        out.flush();
        while (continuation == Continuation.TRICKLE) {
            Thread.sleep(PAUSE_BETWEEN_BYTES_MS);
            out.write('x');
            out.flush();
        }
        return continuation == Continuation.KEEP;
    }
}
