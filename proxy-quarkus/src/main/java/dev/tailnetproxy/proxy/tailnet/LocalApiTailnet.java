package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.logging.ProblemReminder;
import dev.tailnetproxy.proxy.time.Durations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The tailnet by way of tailscaled's LocalAPI. One daemon thread follows the stream of notifications and reads the
 * status anew whenever something has changed, so that a request finds the newest state without asking.
 */
public final class LocalApiTailnet implements Tailnet {

    private static final Logger LOG = Logger.getLogger(LocalApiTailnet.class);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);
    /** Also without a word from tailscaled: a notification that went missing must not count for ever. */
    private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(10);

    /** For a node that will not join by being waited for; what was wrong may just have been put right. */
    private static final Duration DEFINITE_PROBLEM_WAIT = Duration.ofSeconds(1);

    private static final Duration MIN_RECONNECT_DELAY = Duration.ofMillis(20);
    /** A function that starts faster than tailscaled must not sleep through the moment in which its node joins. */
    private static final Duration MAX_RECONNECT_DELAY = Duration.ofMillis(100);

    /** As long as tailscaled may take to be there; before that its absence is not worth a word. */
    private static final Duration START_GRACE_PERIOD = Duration.ofSeconds(5);

    /** Each waits on a thread; those of more peers at once wait for their turn, and nobody waits for longer than asked. */
    private static final int MAX_CONCURRENT_PINGS = 8;

    private static final TailnetState UNREACHABLE = new TailnetState.NotJoined("Unreachable");

    private final Vertx vertx;
    private final LocalApi api;
    private final DiscoPings pings;
    /** Threads of their own, which no name server that is silent holds. */
    private final WorkerExecutor pingExecutor;

    private final Path stateFile;
    private final Clock clock;
    private final Set<Promise<TailnetState>> waiting = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ProblemReminder unreachable;
    private volatile TailnetState state = UNREACHABLE;
    /** As last seen while the node was in the tailnet; before that the preferences are those of nobody. */
    private volatile Shields shields = Shields.UNKNOWN;

    /** Why there is no word from tailscaled, as the end of a sentence. */
    private volatile String disconnectReason = "";

    private volatile @Nullable UnixHttpStream watch;

    public LocalApiTailnet(Vertx vertx, Path socket, Path stateFile, Clock clock) {
        this.vertx = vertx;
        this.api = new LocalApi(socket, READ_TIMEOUT);
        this.pings = new DiscoPings(api);
        this.pingExecutor = vertx.createSharedWorkerExecutor("tailnet-ping", MAX_CONCURRENT_PINGS);
        this.stateFile = stateFile;
        this.clock = clock;
        this.unreachable = new ProblemReminder(clock, START_GRACE_PERIOD);
    }

    /** Starts to follow tailscaled. */
    public void start() {
        Thread thread = new Thread(this::watchNotifications, "tailnet-watch");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public TailnetState state() {
        return state;
    }

    @Override
    public Future<TailnetState> awaitJoined(Duration atMost) {
        TailnetState now = state;
        if (now.joined().isPresent() || atMost.isZero() || atMost.isNegative()) {
            return Future.succeededFuture(now);
        }
        Promise<TailnetState> promise = Promise.promise();
        waiting.add(promise);
        // Looked at again with the promise in the set, so that no change in between is missed.
        state.joined().ifPresent(promise::tryComplete);
        Duration wait = hasDefiniteProblem() ? Durations.min(DEFINITE_PROBLEM_WAIT, atMost) : atMost;
        long timer = vertx.setTimer(Math.max(1, wait.toMillis()), id -> promise.tryComplete(state));
        return onCurrentContext(promise.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            waiting.remove(promise);
        }));
    }

    /** Whether the extension says that the node will not join before somebody has changed something. */
    private boolean hasDefiniteProblem() {
        return problem().map(ExtensionState.Problem::definite).orElse(false);
    }

    /** The watch completes it from a thread of its own; what comes next belongs where the caller is at home. */
    private static <T> Future<T> onCurrentContext(Future<T> future) {
        Context context = Vertx.currentContext();
        if (context == null) {
            return future;
        }
        Promise<T> there = Promise.promise();
        future.onComplete(done -> context.runOnContext(go -> there.handle(done)));
        return there.future();
    }

    @Override
    public Future<List<IpAddress>> resolve(String fullName, Duration atMost) {
        // MagicDNS resolves peers from the same list, so no query is needed.
        List<IpAddress> known = state.joined()
                .map(joined -> joined.routes().names().get(fullName))
                .orElse(List.of());
        if (!known.isEmpty()) {
            return Future.succeededFuture(known);
        }
        if (atMost.toMillis() < 1) {
            return Future.failedFuture(resolverTimeout());
        }
        Promise<List<IpAddress>> promise = Promise.promise();
        // The request's deadline ends the waiting; the query itself may still be ending on its own thread.
        long timer = vertx.setTimer(atMost.toMillis(), id -> promise.tryFail(resolverTimeout()));
        addresses(fullName, atMost).onSuccess(promise::tryComplete).onFailure(promise::tryFail);
        return promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private Future<List<IpAddress>> addresses(String fullName, Duration atMost) {
        Future<List<IpAddress>> ipv4 = vertx.executeBlocking(() -> api.addresses(fullName, "A", atMost), false);
        Future<List<IpAddress>> ipv6 = vertx.executeBlocking(() -> api.addresses(fullName, "AAAA", atMost), false);
        return Future.join(ipv4, ipv6).transform(results -> {
            List<IpAddress> found = Stream.of(ipv4, ipv6)
                    .filter(Future::succeeded)
                    .flatMap(family -> family.result().stream())
                    .toList();
            // Name servers of private zones often fail on AAAA. Only what was found is judged and dialled.
            return results.succeeded() || !found.isEmpty()
                    ? Future.succeededFuture(found)
                    : Future.failedFuture(resolverFailure(results.cause(), atMost));
        });
    }

    /** The query's own thread may notice the request's deadline before the timer does. */
    private static ProxyFailure resolverFailure(Throwable cause, Duration atMost) {
        return cause instanceof SocketTimeoutException && atMost.compareTo(LocalApi.MAX_QUERY_TIMEOUT) <= 0
                ? resolverTimeout()
                : new ProxyFailure(
                        ErrorName.TAILNET_UNAVAILABLE, "the tailnet's resolver failed: " + cause.getMessage(), cause);
    }

    @Override
    public Future<Boolean> ping(IpAddress peer, Duration directAcceptedAfter, Duration atMost) {
        if (closed.getCount() == 0) {
            return Future.succeededFuture(false);
        }
        return pingExecutor
                .executeBlocking(() -> pings.pingUntilReply(peer, directAcceptedAfter, atMost), false)
                .otherwise(false);
    }

    private static ProxyFailure resolverTimeout() {
        return new ProxyFailure(ErrorName.TIMEOUT, "the tailnet's resolver did not respond in time");
    }

    @Override
    public String unavailableReason() {
        TailnetState now = state;
        String backend = now.fold(joined -> "Running", TailnetState.NotJoined::backendState, () -> "Running");
        return problem().map(ExtensionState.Problem::reason).orElseGet(() -> switch (backend) {
            case "Unreachable" -> "tailscaled does not respond yet" + disconnectReason;
            case "NeedsLogin" -> "the node is not logged in to the tailnet";
            case "NeedsMachineAuth" -> "the node waits for approval in the tailnet";
            case "Stopped" -> "the node is stopped";
            default -> "the node has not joined the tailnet yet";
        });
    }

    @Override
    public Optional<ExtensionState> extension() {
        return ExtensionState.read(stateFile);
    }

    @Override
    public Shields shields() {
        return shields;
    }

    private void watchNotifications() {
        Duration delay = MIN_RECONNECT_DELAY;
        while (closed.getCount() > 0) {
            try (UnixHttpStream stream = api.watch()) {
                watch = stream;
                delay = MIN_RECONNECT_DELAY;
                readNotifications(stream);
                disconnectReason = ": it closed its socket";
            } catch (IOException | RuntimeException e) {
                disconnectReason = ": " + e.getMessage();
            }
            setState(UNREACHABLE);
            if (closed.getCount() > 0 && unreachable.shouldLog(disconnectReason)) {
                LOG.warnf("no word from tailscaled%s", disconnectReason);
            }
            try {
                if (closed.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            delay = Durations.min(delay.multipliedBy(2), MAX_RECONNECT_DELAY);
        }
    }

    private void readNotifications(UnixHttpStream stream) throws IOException {
        while (true) {
            if (!stream.await(REFRESH_INTERVAL)) {
                refresh();
                continue;
            }
            int b = stream.read();
            if (b < 0) {
                return;
            }
            // A burst of notifications is worth one look at the status.
            if (b == '\n' && !stream.hasBuffered()) {
                refresh();
            }
        }
    }

    private void refresh() throws IOException {
        Instant since = state.joined().map(TailnetState.Joined::since).orElseGet(clock::instant);
        JsonObject prefs = api.prefs();
        TailnetState next = StatusReader.read(api.status(), prefs, since);
        next.joined().ifPresent(joined -> raised(Shields.of(prefs)));
        setState(next);
    }

    private void raised(Shields now) {
        if (now == Shields.DOWN && shields != Shields.DOWN) {
            LOG.warn(Shields.WARNING);
        }
        shields = now;
    }

    private void setState(TailnetState next) {
        boolean wasJoined = state.joined().isPresent();
        state = next;
        if (!next.equals(UNREACHABLE)) {
            unreachable.resolved();
        }
        next.joined()
                .filter(joined -> !wasJoined)
                .ifPresent(joined ->
                        LOG.infof("in the tailnet as %s", joined.node().name()));
        if (next.joined().isPresent()) {
            waiting.forEach(promise -> promise.tryComplete(next));
        } else if (wasJoined && closed.getCount() > 0) {
            LOG.warnf("no longer in the tailnet: %s", unavailableReason());
        }
    }

    @Override
    public void close() {
        closed.countDown();
        pingExecutor.close();
        UnixHttpStream stream = watch;
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                LOG.debugf("closing the watch: %s", e.getMessage());
            }
        }
    }
}
