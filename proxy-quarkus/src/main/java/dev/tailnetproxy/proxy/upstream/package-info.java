/**
 * The HTTP client towards the targets, through the SOCKS5 port: pool, deadlines, sending again, TLS.
 */
@NullMarked
package dev.tailnetproxy.proxy.upstream;

import org.jspecify.annotations.NullMarked;
