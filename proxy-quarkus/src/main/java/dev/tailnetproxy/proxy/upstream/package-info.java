/** The HTTP client for targets, through the SOCKS5 port: connection pool, deadlines, retries, TLS. */
@NullMarked
package dev.tailnetproxy.proxy.upstream;

import org.jspecify.annotations.NullMarked;
