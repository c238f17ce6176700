/**
 * Calls hosts in a private tailnet through the proxy's Function URL. {@link dev.tailnetproxy.client.TailscaleProxyClient} is
 * where to start.
 */
@NullMarked
package dev.tailnetproxy.client;

import org.jspecify.annotations.NullMarked;
