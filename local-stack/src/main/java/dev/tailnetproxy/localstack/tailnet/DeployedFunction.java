package dev.tailnetproxy.localstack.tailnet;

import java.nio.file.Path;

/** The function in an execution environment. */
public sealed interface DeployedFunction {

    /** An archive as {@code mvn package} builds it, for a managed runtime or with a native bootstrap in it. */
    record Archive(Path zip) implements DeployedFunction {}

    /** A runtime of its own in one executable file. */
    record Bootstrap(Path executable) implements DeployedFunction {}
}
