package dev.tailnetproxy.proxy.upstream;

import java.time.Duration;

/** Which of the connections that are there already an exchange may begin on. */
enum ConnectionReuse {

    /** Each that the pool still keeps. */
    ANY,

    /** One that has had no time to die unnoticed: nothing on it can be sent twice. */
    RECENT,

    /** None: a connection that was there already has turned out to be dead. */
    NONE;

    private static final Duration MAX_RECENT_IDLE = Duration.ofSeconds(1);

    /** Whether a connection that nobody has used for so long may be used. */
    boolean allows(Duration idle) {
        return this == ANY || (this == RECENT && idle.compareTo(MAX_RECENT_IDLE) <= 0);
    }
}
