package dev.tailnetproxy.client.rest;

import dev.tailnetproxy.client.ErrorAnswer;
import dev.tailnetproxy.client.TailscaleProxyException;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientResponseContext;
import jakarta.ws.rs.client.ClientResponseFilter;
import java.util.Optional;

/** Throws what is not the target's answer. */
final class ErrorAnswerFilter implements ClientResponseFilter {

    @Override
    public void filter(ClientRequestContext request, ClientResponseContext response) throws TailscaleProxyException {
        if (response.getHeaders() == null) {
            // The REST client shows its own failures, too.
            return;
        }
        Optional<ErrorAnswer> error =
                ErrorAnswer.of(response.getStatus(), name -> Optional.ofNullable(response.getHeaderString(name)));
        if (error.isPresent()) {
            throw error.get().exception("");
        }
    }
}
