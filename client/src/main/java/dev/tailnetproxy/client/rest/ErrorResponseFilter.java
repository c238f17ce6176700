package dev.tailnetproxy.client.rest;

import dev.tailnetproxy.client.ErrorResponse;
import dev.tailnetproxy.client.RemappedHeaders;
import dev.tailnetproxy.client.TailscaleProxyException;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientResponseContext;
import jakarta.ws.rs.client.ClientResponseFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;

/** Throws for a response that is not the target's, and restores the header names of the target's responses. */
final class ErrorResponseFilter implements ClientResponseFilter {

    @Override
    public void filter(ClientRequestContext request, ClientResponseContext response) throws TailscaleProxyException {
        if (response.getHeaders() == null) {
            // The REST client shows its own failures, too.
            return;
        }
        Optional<ErrorResponse> error =
                ErrorResponse.of(response.getStatus(), name -> Optional.ofNullable(response.getHeaderString(name)));
        if (error.isPresent()) {
            throw error.get().exception("");
        }
        restore(response.getHeaders());
    }

    private static void restore(MultivaluedMap<String, String> headers) {
        for (String name : List.copyOf(headers.keySet())) {
            RemappedHeaders.originalName(name).ifPresent(real -> {
                List<String> values = headers.remove(name);
                headers.keySet().removeIf(real::equalsIgnoreCase);
                headers.put(real, values);
            });
        }
    }
}
