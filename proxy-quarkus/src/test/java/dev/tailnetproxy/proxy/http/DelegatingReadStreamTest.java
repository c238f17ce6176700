package dev.tailnetproxy.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.SilentStream;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A reader comes and goes, and the end of the body counts all the same. */
class DelegatingReadStreamTest {

    private final List<String> events = new ArrayList<>();
    private final EndedOnce source = new EndedOnce();
    private final DelegatingReadStream stream = new DelegatingReadStream(source) {
        @Override
        protected void onPiece(Buffer piece, Handler<Buffer> handler) {
            handler.handle(piece);
        }

        @Override
        protected boolean onEnd() {
            events.add("ended");
            return true;
        }

        @Override
        public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }
    };

    /** Like a response of Vert.x it takes no handler behind its end, as that would wait for nothing. */
    private static final class EndedOnce extends SilentStream {

        private @Nullable Handler<Void> onEnd;
        private boolean ended;

        void end() {
            ended = true;
            Handler<Void> handler = onEnd;
            if (handler != null) {
                handler.handle(null);
            }
        }

        @Override
        public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
            if (ended && handler != null) {
                throw new IllegalStateException();
            }
            onEnd = handler;
            return this;
        }
    }

    @Test
    void readerLeavesAfterTheEndWithoutAnException() {
        stream.endHandler(ended -> events.add("told"));
        source.end();
        stream.endHandler(null);

        assertThat(events).containsExactly("ended", "told");
    }

    @Test
    void endCountsWhenItsReaderHasLeft() {
        stream.endHandler(ended -> events.add("told"));
        stream.endHandler(null);
        source.end();

        assertThat(events).containsExactly("ended");
    }

    @Test
    void lastReaderIsTold() {
        stream.endHandler(ended -> events.add("first"));
        stream.endHandler(ended -> events.add("second"));
        source.end();

        assertThat(events).containsExactly("ended", "second");
    }
}
