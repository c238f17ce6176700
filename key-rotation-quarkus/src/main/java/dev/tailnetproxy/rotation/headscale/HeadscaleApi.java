package dev.tailnetproxy.rotation.headscale;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The part of headscale's API, version 1, that makes and ends keys. */
@Path("/api/v1/preauthkey")
@RegisterRestClient(configKey = "headscale")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public interface HeadscaleApi {

    /** Makes a key; the response is the only one with its whole text. */
    @POST
    PreAuthKey.One create(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, PreAuthKey.Request request);

    /** Lists the keys of all users, with their texts masked. */
    @GET
    PreAuthKey.Many list(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization);

    /** Ends a key; an unknown one is no failure. */
    @POST
    @Path("/expire")
    PreAuthKey.Nothing expire(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, PreAuthKey.Id id);
}
