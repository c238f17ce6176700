package dev.tailnetproxy.client.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** Of a server whose name {@link java.net.URI#getHost} does not give. */
@RegisterRestClient(configKey = "underscore")
public interface UnderscoreClient {

    @GET
    @Path("/ping")
    void ping();
}
