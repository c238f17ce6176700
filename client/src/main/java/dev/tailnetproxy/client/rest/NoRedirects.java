package dev.tailnetproxy.client.rest;

import jakarta.ws.rs.ext.ContextResolver;
import org.jboss.resteasy.reactive.client.handlers.AdvancedRedirectHandler;

/** Follows no redirect, whatever the application's settings and its own {@code RedirectHandler} say. */
final class NoRedirects implements ContextResolver<AdvancedRedirectHandler> {

    @Override
    @SuppressWarnings("NullAway")
    public AdvancedRedirectHandler getContext(Class<?> type) {
        // Without options for a next request, the redirect is the response.
        return redirect -> null;
    }
}
