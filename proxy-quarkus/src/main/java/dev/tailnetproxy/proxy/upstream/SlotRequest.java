package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.time.Deadline;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import java.util.function.Predicate;

/**
 * A request for a connection.
 *
 * @param loop the event loop of the request
 * @param fresh whether a connection that is there already is good enough
 * @param deadline until when it may wait
 * @param cancelled ends the waiting
 */
record SlotRequest(
        Endpoint endpoint,
        EventLoop loop,
        Predicate<ConnectionUsage> fresh,
        Deadline deadline,
        Future<Void> cancelled) {}
