package dev.tailnetproxy.client.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.File;
import java.io.InputStream;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/** An interface as an application has it: nothing in it knows of the proxy. */
@RegisterRestClient(configKey = "orders")
@Path("/orders")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public interface OrdersClient {

    @GET
    @Path("/{id}")
    Order find(
            @PathParam("id") String id,
            @QueryParam("fields") String fields,
            @HeaderParam("Authorization") @Nullable String authorization);

    @GET
    @Path("/moved")
    Response moved(@HeaderParam("Authorization") String authorization);

    @POST
    Order place(Order order);

    @POST
    @Path("/empty")
    void confirm();

    @POST
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    Order upload(InputStream bytes);

    @POST
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    Order uploadFile(File file);

    /** An order. */
    record Order(String id, int amount) {}
}
