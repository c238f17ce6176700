package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.logging.ProblemReminder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Says when a port accepts no connections, which is when the process may open no more files. Netty waits a second and
 * tries again, and by itself writes a stack trace each time that does not tell which port it is.
 */
@ChannelHandler.Sharable
final class AcceptFailures extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(AcceptFailures.class);

    /** What the JDK says, which has no type for it. */
    private static final String NO_MORE_FILES = "Too many open files";

    private final String port;
    private final ProblemReminder problem;
    private final AtomicBoolean watching = new AtomicBoolean();

    /** @param port which one it is, to be read behind "on" */
    AcceptFailures(String port, Clock clock) {
        this.port = port;
        this.problem = new ProblemReminder(clock, Duration.ZERO);
    }

    /** Watches the port that has accepted a connection; Vert.x does not give it before. */
    void watchPortOf(HttpConnection connection) {
        Channel server = ((ConnectionBase) connection).channel().parent();
        if (server != null && watching.compareAndSet(false, true)) {
            server.pipeline().addLast(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        String why = String.valueOf(cause.getMessage());
        if (!problem.shouldLog(why)) {
            return;
        }
        if (why.contains(NO_MORE_FILES)) {
            LOG.warnf(
                    "accepts no connections on %s for now, because the process may open no more files: allow more "
                            + "(ulimit -n), or set TS_PROXY_HTTP_MAX_CONNECTIONS and TS_PROXY_MAX_TARGET_CONNECTIONS lower",
                    port);
        } else {
            LOG.warnf("accepts no connections on %s for now: %s", port, why);
        }
    }
}
