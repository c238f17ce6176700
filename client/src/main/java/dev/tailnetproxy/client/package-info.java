/**
 * Calls hosts in a tailnet through the proxy's Function URL. {@link dev.tailnetproxy.client.TailscaleProxyClient} is
 * the entry point.
 */
@NullMarked
package dev.tailnetproxy.client;

import org.jspecify.annotations.NullMarked;
