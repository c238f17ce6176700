/**
 * Sends the requests of a Quarkus REST client interface through the proxy. {@link
 * dev.tailnetproxy.client.rest.TailscaleProxyFeature} is its provider; {@code quarkus-rest-client} must be on the
 * class path.
 */
@NullMarked
package dev.tailnetproxy.client.rest;

import org.jspecify.annotations.NullMarked;
