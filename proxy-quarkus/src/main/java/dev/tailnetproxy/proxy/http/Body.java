package dev.tailnetproxy.proxy.http;

import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** The content of a message. */
public sealed interface Body {

    /** Number of bytes where it is known before they are read. */
    OptionalLong length();

    /** Whether the content can be read more than once, so that a request can be sent again. */
    boolean repeatable();

    /** What one of the three gives, by what this body is. */
    <T> T fold(Supplier<T> onEmpty, Function<Buffer, T> onBytes, Function<Streamed, T> onStreamed);

    /** The content that is still arriving; empty when it is in memory. */
    default Optional<Streamed> streamed() {
        return Optional.empty();
    }

    /** The content that is in memory; empty when there is none, or when it is still arriving. */
    default Optional<Bytes> bytes() {
        return Optional.empty();
    }

    /** Gives the content up: nothing more of it is read. */
    void abandon();

    /** Reads what is still arriving, and drops it. */
    void drain();

    static Body empty() {
        return Empty.INSTANCE;
    }

    /** These bytes; they are not copied, and not changed by anybody from here on. */
    static Body of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** The remaining bytes; they are not copied, and not changed by anybody from here on. */
    @SuppressWarnings("deprecation") // Until Vert.x 5 the only way around a copy; bodies can be megabytes.
    static Body of(ByteBuffer bytes) {
        return of(Buffer.buffer(Unpooled.wrappedBuffer(bytes)));
    }

    /** What the buffer holds; it is not copied, and not changed by anybody from here on. */
    static Body of(Buffer buffer) {
        return buffer.length() == 0 ? Empty.INSTANCE : new Bytes(buffer);
    }

    /** No content at all. */
    enum Empty implements Body {
        INSTANCE;

        @Override
        public <T> T fold(Supplier<T> onEmpty, Function<Buffer, T> onBytes, Function<Streamed, T> onStreamed) {
            return onEmpty.get();
        }

        @Override
        public OptionalLong length() {
            return OptionalLong.of(0);
        }

        @Override
        public boolean repeatable() {
            return true;
        }

        @Override
        public void abandon() {}

        @Override
        public void drain() {}
    }

    /**
     * Content that is wholly in memory.
     *
     * @param buffer the bytes; not changed by anybody from here on
     */
    record Bytes(Buffer buffer) implements Body {

        /** The bytes from the first on. */
        @SuppressWarnings("deprecation") // Until Vert.x 5 the only way around a copy.
        public InputStream stream() {
            return new ByteBufInputStream(buffer.getByteBuf());
        }

        @Override
        public <T> T fold(Supplier<T> onEmpty, Function<Buffer, T> onBytes, Function<Streamed, T> onStreamed) {
            return onBytes.apply(buffer);
        }

        @Override
        public Optional<Bytes> bytes() {
            return Optional.of(this);
        }

        @Override
        public OptionalLong length() {
            return OptionalLong.of(buffer.length());
        }

        @Override
        public boolean repeatable() {
            return true;
        }

        @Override
        public void abandon() {}

        @Override
        public void drain() {}
    }

    /**
     * Content that is still arriving. The stream is paused until its reader has set its handlers.
     *
     * @param stream paused stream of the bytes, read once
     * @param length number of bytes if the sender declared it
     * @param cancel gives the rest up: nothing more is read, and the connection is closed
     */
    record Streamed(ReadStream<Buffer> stream, OptionalLong length, Runnable cancel) implements Body {

        @Override
        public <T> T fold(Supplier<T> onEmpty, Function<Buffer, T> onBytes, Function<Streamed, T> onStreamed) {
            return onStreamed.apply(this);
        }

        @Override
        public Optional<Streamed> streamed() {
            return Optional.of(this);
        }

        @Override
        public boolean repeatable() {
            return false;
        }

        @Override
        public void abandon() {
            cancel.run();
        }

        @Override
        public void drain() {
            stream.resume();
        }
    }
}
