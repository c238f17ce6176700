package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.SizeLimits;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.ProxyRequest;

/**
 * What is forwarded at all.
 *
 * @param sources who may send
 * @param methods which methods
 * @param paths which paths below the base
 * @param contentTypes which bodies
 * @param maxBodyBytes how long a body may be
 */
public record RequestRules(
        AllowedSources sources,
        AllowedMethods methods,
        AllowedPaths paths,
        AllowedContentTypes contentTypes,
        int maxBodyBytes) {

    public RequestRules {
        if (maxBodyBytes < 0 || maxBodyBytes > SizeLimits.MAX_LAMBDA_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("a limit that no body can have: " + maxBodyBytes);
        }
    }

    /**
     * Looks at a request, at its sender first and at its body last.
     *
     * @throws ProxyFailure for the first rule that refuses it
     */
    void check(ProxyRequest request, IpAddress source, SafePath path) {
        if (!sources.allow(source)) {
            throw new ProxyFailure(
                    ErrorName.SENDER_NOT_ALLOWED, "no entry of TS_FORWARDER_ALLOWED_SOURCES has the sender's address");
        }
        if (!methods.allow(request.method())) {
            throw new ProxyFailure(
                    ErrorName.METHOD_NOT_ALLOWED, "TS_FORWARDER_ALLOWED_METHODS does not have the method");
        }
        if (!paths.allow(path)) {
            throw new ProxyFailure(
                    ErrorName.PATH_NOT_ALLOWED, "no entry of TS_FORWARDER_ALLOWED_PATHS matches the path");
        }
        long length = request.body().length().orElse(Long.MAX_VALUE);
        if (length > maxBodyBytes) {
            throw new ProxyFailure(
                    ErrorName.CONTENT_TOO_LARGE,
                    "the body is longer than the " + maxBodyBytes + " bytes of TS_FORWARDER_MAX_BODY_BYTES");
        }
        if (length > 0 && !contentTypes.allow(request.headers().all("content-type"))) {
            throw new ProxyFailure(
                    ErrorName.UNSUPPORTED_MEDIA_TYPE,
                    "no entry of TS_FORWARDER_ALLOWED_CONTENT_TYPES matches the body's type");
        }
    }
}
