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
        void giveBack();
    }

    public Admission(Limits limits) {
        requests = limits.requests();
        ofClients = new Shares<>(Shares.of(requests.most()));
        ofTargets = new Shares<>(Shares.of(requests.most()));
    }

    /**
     * Takes a place.
     *
     * @param client the address of the connection that it came on; empty where there is no such thing
     * @param target host and port as the request names them
     * @throws ProxyFailure {@code Overloaded} when there is none
     */
    public Place admit(String client, String target) {
        if (!client.isEmpty() && !ofClients.tryTake(client)) {
            throw shareIsTaken("of one client");
        }
        if (!ofTargets.tryTake(target)) {
            giveBack(client);
            throw shareIsTaken("to one target");
        }
        if (!requests.tryTake(1)) {
            ofTargets.giveBack(target);
            giveBack(client);
            throw requests.refusal();
        }
        return () -> {
            requests.giveBack(1);
            ofTargets.giveBack(target);
            giveBack(client);
        };
    }

    private void giveBack(String client) {
        if (!client.isEmpty()) {
            ofClients.giveBack(client);
        }
    }

    private ProxyFailure shareIsTaken(String whose) {
        return requests.refusal("the limit of " + ofTargets.most() + " requests under way " + whose
                + " is reached, three quarters of all");
    }
}
