package dev.tailnetproxy.proxy.limits;

import dev.tailnetproxy.proxy.failure.ProxyFailure;

/**
 * Gives requests their places before anything of their bodies is read. Neither one client nor one target gets all of the
 * places.
 */
public final class Admission {

    private final Limit requests;
    private final Shares<String> ofClients;
    private final Shares<String> ofTargets;

    /** A request under way. */
    @FunctionalInterface
    public interface Place {

        /** The request is over; to be called once. */
        void release();
    }

    public Admission(Limits limits) {
        requests = limits.requests();
        ofClients = new Shares<>(Shares.of(requests.max()));
        ofTargets = new Shares<>(Shares.of(requests.max()));
    }

    /**
     * Takes a place.
     *
     * @param client the address of the connection that it came on; empty where there is no such thing
     * @param target host and port as the request names them
     * @throws ProxyFailure {@code Overloaded} when there is none
     */
    public Place admit(String client, String target) {
        if (!client.isEmpty() && !ofClients.tryAcquire(client)) {
            throw shareIsTaken("of one client");
        }
        if (!ofTargets.tryAcquire(target)) {
            release(client);
            throw shareIsTaken("to one target");
        }
        if (!requests.tryAcquire(1)) {
            ofTargets.release(target);
            release(client);
            throw requests.refusal();
        }
        return () -> {
            requests.release(1);
            ofTargets.release(target);
            release(client);
        };
    }

    private void release(String client) {
        if (!client.isEmpty()) {
            ofClients.release(client);
        }
    }

    private ProxyFailure shareIsTaken(String whose) {
        return requests.refusal("the limit of " + ofTargets.max() + " requests under way " + whose
                + " is reached, three quarters of all");
    }
}
