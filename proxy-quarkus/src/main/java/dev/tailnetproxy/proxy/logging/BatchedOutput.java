package dev.tailnetproxy.proxy.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Output in batches: what comes within a short time is one write. A log line by itself costs a write, and wakes up whoever
 * reads the output. To flush has no effect; a thread writes when the time is over, or the buffer half full. Whoever finds it
 * full waits for that thread, so that nothing is lost while the process lives. One that is killed loses the output of that
 * time. Thread-safe.
 */
public final class BatchedOutput extends OutputStream {

    private static final int CAPACITY = 64 * 1024;
    private static final Duration LONGEST_DELAY = Duration.ofMillis(50);

    private enum Stage {
        /** The thread writes. */
        OPEN,
        /** Whoever closes it writes what is there, when the thread has ended its last batch. */
        ENDING,
        /** Everybody writes for himself. */
        ENDED
    }

    private final OutputStream out;
    private final Object lock = new Object();
    /** Held by whoever writes, also while he waits for room: what others write does not come between. */
    private final Object turn = new Object();

    private byte[] filling = new byte[CAPACITY];
    private byte[] spare = new byte[CAPACITY];
    private int filled;
    private boolean writing;
    private Stage stage = Stage.OPEN;
    private @Nullable IOException failure;

    private BatchedOutput(OutputStream out) {
        this.out = out;
    }

    /**
     * Starts the thread that writes.
     *
     * @param out where the batches go; used under the lock of this stream or by its thread, and never closed
     */
    public static BatchedOutput to(OutputStream out) {
        BatchedOutput started = new BatchedOutput(out);
        Thread writer = new Thread(started::writeBatches, "output");
        writer.setDaemon(true);
        writer.start();
        return started;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    /** @throws IOException what has kept a batch from being written; this one is not written either */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        synchronized (turn) {
            for (int written = 0; written < length; ) {
                written += add(bytes, offset + written, length - written);
            }
        }
    }

    /** As much as there is room for, and that is some. */
    private int add(byte[] bytes, int offset, int length) throws IOException {
        synchronized (lock) {
            awaitRoom();
            if (stage == Stage.ENDED) {
                out.write(bytes, offset, length);
                return length;
            }
            int added = Math.min(length, CAPACITY - filled);
            System.arraycopy(bytes, offset, filling, filled, added);
            boolean wakesThread = filled == 0 || (filled < CAPACITY / 2 && filled + added >= CAPACITY / 2);
            filled += added;
            if (wakesThread) {
                lock.notifyAll();
            }
            return added;
        }
    }

    private void awaitRoom() throws IOException {
        try {
            while (filled == CAPACITY && stage != Stage.ENDED && failure == null) {
                lock.wait();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (failure != null) {
            throw new IOException("the output can't be written", failure);
        }
    }

    private static IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while the output is written", cause);
    }

    private void writeBatches() {
        try {
            while (writeBatch()) {}
        } catch (IOException e) {
            synchronized (lock) {
                failure = e;
                writing = false;
                lock.notifyAll();
            }
        }
    }

    private boolean writeBatch() throws IOException {
        byte[] batch;
        int length;
        synchronized (lock) {
            awaitBatch();
            if (stage != Stage.OPEN) {
                return false;
            }
            batch = filling;
            length = filled;
            filling = spare;
            spare = batch;
            filled = 0;
            writing = true;
            lock.notifyAll();
        }
        out.write(batch, 0, length);
        out.flush();
        synchronized (lock) {
            writing = false;
            lock.notifyAll();
        }
        return true;
    }

    private void awaitBatch() throws IOException {
        try {
            while (filled == 0 && stage == Stage.OPEN) {
                lock.wait();
            }
            long end = System.nanoTime() + LONGEST_DELAY.toNanos();
            long left = LONGEST_DELAY.toMillis();
            while (filled < CAPACITY / 2 && stage == Stage.OPEN && left > 0) {
                lock.wait(left);
                left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Writes what is there. What comes later is written at once: a process that ends still has something to say. */
    @Override
    public void close() throws IOException {
        synchronized (lock) {
            if (stage == Stage.OPEN) {
                stage = Stage.ENDING;
            }
            lock.notifyAll();
            awaitThread();
            int left = filled;
            filled = 0;
            stage = Stage.ENDED;
            lock.notifyAll();
            out.write(filling, 0, left);
            out.flush();
        }
    }

    private void awaitThread() throws IOException {
        try {
            while (writing) {
                lock.wait();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }
}
