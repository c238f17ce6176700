package dev.tailnetproxy.localstack.clients;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket client that sends messages to a server that sends them back, and prints what became of them. */
public final class WebSocketProbe {

    private static final int BINARY_BYTES = 100_000;
    private static final long TIMEOUT_SECONDS = 30;

    private WebSocketProbe() {}

    /**
     * Prints {@code text same, binary same, closed 1000} if all is well.
     *
     * @param arguments the gateway's URI, and the name and the port of the target
     * @throws Exception when the connection can't be opened or the messages do not come back
     */
    public static void main(String[] arguments) throws Exception {
        Messages messages = new Messages();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("ts-target-ip", arguments[1])
                .header("ts-target-port", arguments[2])
                .buildAsync(URI.create(arguments[0]), messages)
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        byte[] bytes = new byte[BINARY_BYTES];
        new Random(1).nextBytes(bytes);
        socket.sendText("hello", true).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        boolean text = messages.text.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).equals("hello");
        socket.sendBinary(ByteBuffer.wrap(bytes), true).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        boolean binary = messages.binary.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).equals(ByteBuffer.wrap(bytes));
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        int closed = messages.closed.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        System.out.println("text " + word(text) + ", binary " + word(binary) + ", closed " + closed);
        System.exit(0);
    }

    private static String word(boolean same) {
        return same ? "same" : "other";
    }

    private static final class Messages implements WebSocket.Listener {

        private final CompletableFuture<String> text = new CompletableFuture<>();
        private final CompletableFuture<ByteBuffer> binary = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder characters = new StringBuilder();
        private final ByteBuffer bytes = ByteBuffer.allocate(BINARY_BYTES);

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            characters.append(data);
            if (last) {
                text.complete(characters.toString());
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes.put(data);
            if (last) {
                binary.complete(bytes.flip());
            }
            return WebSocket.Listener.super.onBinary(socket, data, last);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return WebSocket.Listener.super.onClose(socket, status, reason);
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            text.completeExceptionally(failure);
            binary.completeExceptionally(failure);
            closed.completeExceptionally(failure);
        }
    }
}
