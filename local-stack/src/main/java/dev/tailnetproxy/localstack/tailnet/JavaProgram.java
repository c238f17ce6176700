package dev.tailnetproxy.localstack.tailnet;

import java.util.stream.Stream;

/** How a program of this module starts in a container whose image has Java. */
public final class JavaProgram {

    private JavaProgram() {}

    /** The command of one that runs for a short time beside others: it starts with little work. */
    public static String[] command(String classPath, Class<?> program, String... arguments) {
        return Stream.concat(
                        Stream.of(
                                "java",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                program.getName()),
                        Stream.of(arguments))
                .toArray(String[]::new);
    }
}
