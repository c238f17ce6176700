package dev.tailnetproxy.proxy.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is lost, nothing is mixed, and lines that come together are written together. */
@Timeout(60)
class BatchedOutputTest {

    private final HeldOutput written = new HeldOutput();

    /** A stream whose writes wait until they are let go. */
    private static final class HeldOutput extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Semaphore begun = new Semaphore(0);
        private final Semaphore letGo = new Semaphore(0);
        private int writes;

        @Override
        public void write(int single) {
            throw new AssertionError("bytes are not written one by one");
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            begun.release();
            letGo.acquireUninterruptibly();
            synchronized (bytes) {
                writes++;
                bytes.write(source, offset, length);
            }
        }

        void letAllGo() {
            letGo.release(1_000_000);
        }

        String text() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.US_ASCII);
            }
        }

        int writes() {
            synchronized (bytes) {
                return writes;
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** What a thread does that may fail. */
    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private static void unchecked(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static String lines(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append("line ").append(i).append('\n');
        }
        return text.toString();
    }

    @Test
    void isWrittenWithoutBeingClosed() throws IOException {
        BatchedOutput out = BatchedOutput.to(written);
        write(out, "a line\n");
        written.begun.acquireUninterruptibly();
        written.letAllGo();
        out.close();
        assertThat(written.text()).isEqualTo("a line\n");
    }

    @Test
    void linesThatComeDuringAWriteAreTheNextOne() throws IOException {
        BatchedOutput out = BatchedOutput.to(written);
        write(out, lines(0, 1));
        written.begun.acquireUninterruptibly();
        for (int i = 1; i < 1000; i++) {
            write(out, lines(i, i + 1));
        }
        written.letAllGo();
        out.close();
        assertThat(written.text()).isEqualTo(lines(0, 1000));
        assertThat(written.writes()).isEqualTo(2);
    }

    @Test
    void whoeverWritesMoreThanFitsWaitsAndLosesNothing() throws Exception {
        BatchedOutput out = BatchedOutput.to(written);
        CountDownLatch done = new CountDownLatch(1);
        Thread writer = new Thread(() -> unchecked(() -> {
            write(out, lines(0, 100_000));
            done.countDown();
        }));
        writer.start();
        written.begun.acquireUninterruptibly();
        awaitWaiting(writer);
        assertThat(done.getCount()).isEqualTo(1);
        written.letAllGo();
        done.await();
        out.close();
        assertThat(written.text()).isEqualTo(lines(0, 100_000));
    }

    @Test
    void linesOfSeveralThreadsStayWhole() throws Exception {
        written.letAllGo();
        BatchedOutput out = BatchedOutput.to(written);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String line = ("" + i).repeat(100 + i) + "\n";
            writers.add(new Thread(() -> IntStream.range(0, 2000).forEach(turn -> unchecked(() -> write(out, line)))));
        }
        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join();
        }
        out.close();
        assertThat(written.text().lines()).hasSize(16_000).allMatch(line -> {
            int digit = line.charAt(0) - '0';
            return line.equals(("" + digit).repeat(100 + digit));
        });
    }

    @Test
    void whatComesBehindTheEndIsWrittenAtOnce() throws IOException {
        written.letAllGo();
        BatchedOutput out = BatchedOutput.to(written);
        write(out, "before\n");
        out.close();
        write(out, "behind\n");
        assertThat(written.text()).isEqualTo("before\nbehind\n");
        out.close();
        assertThat(written.text()).isEqualTo("before\nbehind\n");
    }

    @Test
    void theEndWritesInOrderWhatSomebodyStillWaitsToWrite() throws Exception {
        BatchedOutput out = BatchedOutput.to(written);
        Thread writer = new Thread(() -> unchecked(() -> write(out, lines(0, 50_000))));
        writer.start();
        written.begun.acquireUninterruptibly();
        awaitWaiting(writer);
        Thread end = new Thread(() -> unchecked(out::close));
        end.start();
        awaitWaiting(end);
        written.letAllGo();
        writer.join();
        end.join();
        assertThat(written.text()).isEqualTo(lines(0, 50_000));
    }

    @Test
    void anOutputThatCantBeWrittenIsToldToWhoeverWritesNext() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        BatchedOutput out = BatchedOutput.to(new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                failed.countDown();
                throw new IOException("no reader");
            }
        });
        write(out, "a line\n");
        failed.await();
        assertThatThrownBy(() -> {
                    while (true) {
                        write(out, "another\n");
                    }
                })
                .isInstanceOf(IOException.class)
                .hasRootCauseMessage("no reader");
    }
}
