package dev.tailnetproxy.localstack.httpapi;

import java.time.Clock;
import java.util.function.UnaryOperator;

/**
 * How an HTTP API is set up on this machine.
 *
 * @param host the address of this machine to listen on
 * @param port the port; 0 takes a free one
 * @param stage the stage's name; {@value #DEFAULT_STAGE} is not part of paths
 * @param clock the time of events, and of the authorizer's cache
 * @param limits what is too large or too slow
 * @param sourceAddress the address that events name as the source, made from that of the connection
 */
public record HttpApiSettings(
        String host, int port, String stage, Clock clock, HttpApiLimits limits, UnaryOperator<String> sourceAddress) {

    /** The stage whose name is not part of paths. */
    public static final String DEFAULT_STAGE = "$default";

    /** On loopback and any port, without a stage's name, with the limits of AWS; the source is the peer. */
    public static HttpApiSettings onLoopback() {
        return new HttpApiSettings(
                "127.0.0.1", 0, DEFAULT_STAGE, Clock.systemUTC(), HttpApiLimits.AWS, UnaryOperator.identity());
    }

    /** With another address to listen on. */
    public HttpApiSettings withHost(String newHost) {
        return new HttpApiSettings(newHost, port, stage, clock, limits, sourceAddress);
    }

    /** With this port. */
    public HttpApiSettings withPort(int newPort) {
        return new HttpApiSettings(host, newPort, stage, clock, limits, sourceAddress);
    }

    /** With a stage that has a name. */
    public HttpApiSettings withStage(String newStage) {
        return new HttpApiSettings(host, port, newStage, clock, limits, sourceAddress);
    }

    /** With another clock. */
    public HttpApiSettings withClock(Clock newClock) {
        return new HttpApiSettings(host, port, stage, newClock, limits, sourceAddress);
    }

    /** With other limits. */
    public HttpApiSettings withLimits(HttpApiLimits newLimits) {
        return new HttpApiSettings(host, port, stage, clock, newLimits, sourceAddress);
    }

    /** With another source address than the peer's. */
    public HttpApiSettings withSourceAddress(UnaryOperator<String> newSourceAddress) {
        return new HttpApiSettings(host, port, stage, clock, limits, newSourceAddress);
    }
}
