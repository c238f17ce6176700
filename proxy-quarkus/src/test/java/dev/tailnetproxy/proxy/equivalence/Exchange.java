package dev.tailnetproxy.proxy.equivalence;

/**
 * One request and its response.
 *
 * @param request as the target saw it
 * @param response as the client saw it
 */
record Exchange(Observation request, Observation response) {}
