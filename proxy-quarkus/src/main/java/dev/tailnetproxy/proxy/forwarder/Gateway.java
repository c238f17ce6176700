package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.proxy.http.Ingress;

/** What stands between the senders and the function. */
public enum Gateway {
    /** An HTTP API of API Gateway. It decodes paths, and names of stages stand in them. */
    HTTP_API {
        @Override
        boolean isOrigin(Ingress ingress) {
            return !ingress.isFunctionUrl();
        }

        @Override
        SafePath path(String rawPath, Ingress ingress) {
            return SafePath.ofDecoded(withoutStage(rawPath, ingress.stage()));
        }
    },
    /** A Function URL, which passes paths on as they were sent. */
    FUNCTION_URL {
        @Override
        boolean isOrigin(Ingress ingress) {
            return ingress.isFunctionUrl();
        }

        @Override
        SafePath path(String rawPath, Ingress ingress) {
            return new SafePath(rawPath);
        }
    };

    /** Whether a request came through this gateway: another one may let senders in that this one refuses. */
    abstract boolean isOrigin(Ingress ingress);

    /**
     * The path that the sender meant.
     *
     * @throws IllegalArgumentException when there is more than one such path; the message goes on from a name of the path
     */
    abstract SafePath path(String rawPath, Ingress ingress);

    /** Behind a custom domain the stage may be missing. */
    private static String withoutStage(String rawPath, String stage) {
        String prefix = "/" + stage;
        if (stage.equals(Ingress.NO_STAGE) || !rawPath.startsWith(prefix)) {
            return rawPath;
        }
        String rest = rawPath.substring(prefix.length());
        return rest.isEmpty() ? "/" : rest.startsWith("/") ? rest : rawPath;
    }
}
