package dev.tailnetproxy.cdk;

import software.amazon.awscdk.services.lambda.Runtime;

/** What the proxy was built for. */
public enum ProxyRuntime {
    /** A native executable on Amazon Linux 2023 ({@code mvn package -Pnative}). */
    NATIVE("not.used.by.a.native.executable", 256),

    /** The managed Java runtime ({@code mvn package}). */
    JVM("io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest", 512);

    private final String handler;
    private final int defaultMemorySize;

    ProxyRuntime(String handler, int defaultMemorySize) {
        this.handler = handler;
        this.defaultMemorySize = defaultMemorySize;
    }

    Runtime lambdaRuntime() {
        return switch (this) {
            case NATIVE -> Runtime.PROVIDED_AL2023;
            // The oldest on Amazon Linux 2023 that Quarkus 3.34 names as supported; nothing here was run on a newer
            // one.
            case JVM -> Runtime.JAVA_21;
        };
    }

    String handler() {
        return handler;
    }

    /** Megabytes: what all processes of the function take with the largest bodies, and an eighth more at least. */
    int defaultMemorySize() {
        return defaultMemorySize;
    }
}
