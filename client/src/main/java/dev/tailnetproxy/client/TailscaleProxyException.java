package dev.tailnetproxy.client;

import java.io.IOException;

/**
 * There is no response of the target, and it is known why. Whatever else keeps a request from getting a response comes as the
 * JDK's client reports it: another {@link IOException}.
 */
public abstract sealed class TailscaleProxyException extends IOException
        permits ProxyException, FunctionUrlException, RequestTooLargeException {

    TailscaleProxyException(String message) {
        super(message);
    }
}
