package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.state.State;

/**
 * What a client's connection of HTTP/1 does. Each state says how long it may last.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>from</th><th>to</th><th>event</th></tr>
 *   <tr><td>IDLE</td><td>READING</td><td>a request starts</td></tr>
 *   <tr><td>IDLE</td><td>LAST_RESPONSE</td><td>what comes is no HTTP, and is refused</td></tr>
 *   <tr><td>IDLE</td><td>REJECTED</td><td>there is no room for the new connection</td></tr>
 *   <tr><td>READING</td><td>RESPONDING</td><td>what is read before forwarding is here</td></tr>
 *   <tr><td>READING</td><td>READING</td><td>the next request starts before the end of this one is told</td></tr>
 *   <tr><td>READING</td><td>LAST_RESPONSE</td><td>the request is refused, or its body is no HTTP</td></tr>
 *   <tr><td>RESPONDING</td><td>IDLE</td><td>the response is written to the network</td></tr>
 *   <tr><td>RESPONDING</td><td>READING</td><td>the next request starts while the client still reads the response</td></tr>
 *   <tr><td>RESPONDING</td><td>LAST_RESPONSE</td><td>HTTP/1.0, the proxy stops, or the rest of the body is no HTTP or
 *       still missing</td></tr>
 *   <tr><td>RESPONDING</td><td>UPGRADED</td><td>the target switches to a protocol that the client offers</td></tr>
 *   <tr><td>UPGRADED</td><td>LINGERING</td><td>the bytes of that are over</td></tr>
 *   <tr><td>LAST_RESPONSE</td><td>LINGERING</td><td>the response is written, or has broken off</td></tr>
 * </table>
 */
enum Http1State implements State<Http1State> {
    /** No request, at most for the idle timeout. The first state. */
    IDLE,
    /** A request arrives, at most for the request timeout. */
    READING,
    /** A response is made and written, at most for the request timeout and the writing time. */
    RESPONDING,
    /** The response is the last one, in the time of the state before. A further request is not served. */
    LAST_RESPONSE,
    /** Another protocol is spoken, for as long as a byte comes or goes within the idle timeout of that. */
    UPGRADED,
    /** Everything is written; what still comes is thrown away, at most for {@link StagedConnection#MAX_LINGER_MS}. */
    LINGERING,
    /** 503, and what comes is thrown away, at most for {@link Rejection#LINGER_MS}. */
    REJECTED;

    @Override
    public boolean mayBecome(Http1State next) {
        return switch (this) {
            case IDLE -> next == READING || next == LAST_RESPONSE || next == REJECTED;
            case READING -> next == READING || next == RESPONDING || next == LAST_RESPONSE;
            case RESPONDING -> next == IDLE || next == READING || next == LAST_RESPONSE || next == UPGRADED;
            case LAST_RESPONSE, UPGRADED -> next == LINGERING;
            case LINGERING, REJECTED -> false;
        };
    }

    /** Whether a further request would stand behind the last response, or behind what is no HTTP. */
    boolean isClosing() {
        return this == LAST_RESPONSE || this == UPGRADED || isDiscarding();
    }

    boolean isDiscarding() {
        return this == LINGERING || this == REJECTED;
    }
}
