package dev.tailnetproxy.cdk;

import java.util.Map;
import software.amazon.awscdk.services.lambda.Runtime;

/** The runtime that a function is built for. */
public enum JavaRuntime {
    /** A native executable on Amazon Linux 2023 ({@code mvn package -Pnative}). */
    NATIVE("not.used.by.a.native.executable", 256),

    /** The managed Java runtime ({@code mvn package}). */
    JVM("io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest", 512);

    private final String handler;
    private final int defaultMemorySize;

    JavaRuntime(String handler, int defaultMemorySize) {
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

    /** Megabytes: the use of all processes of the proxy's function with the largest bodies, and at least an eighth more. */
    int defaultMemorySize() {
        return defaultMemorySize;
    }

    /** Environment variables of every function on this runtime. */
    Map<String, String> variables() {
        return switch (this) {
            // As Quarkus deploys its native functions: Lambda stops the process without a signal.
            case NATIVE -> Map.of("DISABLE_SIGNAL_HANDLERS", "true");
            case JVM -> Map.of();
        };
    }
}
