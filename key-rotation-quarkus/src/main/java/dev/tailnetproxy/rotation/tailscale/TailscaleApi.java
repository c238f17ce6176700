package dev.tailnetproxy.rotation.tailscale;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The part of Tailscale's API that makes and removes keys. The tailnet "-" is that of the credentials. */
@Path("/api/v2")
@RegisterRestClient(configKey = "tailscale")
@Produces(MediaType.APPLICATION_JSON)
public interface TailscaleApi {

    /** Exchanges an OAuth client's secret for a token of one hour. */
    @POST
    @Path("/oauth/token")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    TokenResource token(
            @FormParam("grant_type") String grantType,
            @FormParam("client_id") String clientId,
            @FormParam("client_secret") String clientSecret);

    /** Makes a key; the response is the only one with its text. */
    @POST
    @Path("/tailnet/-/keys")
    @Consumes(MediaType.APPLICATION_JSON)
    KeyResource create(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, KeyRequest request);

    /** Lists keys. */
    @GET
    @Path("/tailnet/-/keys")
    KeyList list(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, @QueryParam("all") boolean all);

    /** One key without its text. */
    @GET
    @Path("/tailnet/-/keys/{id}")
    KeyResource get(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, @PathParam("id") String id);

    /** Revokes a key. */
    @DELETE
    @Path("/tailnet/-/keys/{id}")
    void delete(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, @PathParam("id") String id);
}
