/**
 * Lets an existing Quarkus REST client interface go through the proxy:
 * {@link dev.tailnetproxy.client.rest.TailscaleProxyFeature} is registered as its provider. Needs
 * {@code quarkus-rest-client} on the class path.
 */
@NullMarked
package dev.tailnetproxy.client.rest;

import org.jspecify.annotations.NullMarked;
