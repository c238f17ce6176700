package dev.tailnetproxy.localstack.tailnet;

import dev.tailnetproxy.localstack.tcp.TcpProbe;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** A container with {@code psql}, {@code redis-cli} and {@link TcpProbe}. */
public final class DatabaseClients extends GenericContainer<DatabaseClients> {

    static final String CLASSES = "/var/helper/classes";

    DatabaseClients(Artifacts artifacts) {
        super(DockerImageName.parse(artifacts.databaseClients()));
        artifacts.copyClasses(this, CLASSES);
        withCommand("sleep", "infinity");
    }

    /** Puts a file into it. */
    public void put(String path, String content, int mode) {
        copyFileToContainer(Transferable.of(content, mode), path);
    }

    /** Runs a program as root, and returns what it printed, on both outputs. */
    public String run(String... command) {
        ExecResult result = ContainerExec.run(this, command);
        return (result.getStdout() + result.getStderr()).strip();
    }

    /** What becomes of the connections of a scenario; the program runs in this container. */
    public String probe(String scenario, String host, int port, long... numbers) {
        return probeIn(this, scenario, host, port, numbers);
    }

    /** The same in another container that has the probe. */
    public static String probeIn(
            GenericContainer<?> container, String scenario, String host, int port, long... numbers) {
        String[] arguments = Stream.concat(
                        Stream.of(scenario, host, Integer.toString(port)),
                        LongStream.of(numbers).mapToObj(Long::toString))
                .toArray(String[]::new);
        return ContainerExec.output(container, JavaProgram.command(CLASSES, TcpProbe.class, arguments))
                .strip();
    }

    /** Tells the queries in a container that what was to interrupt them has happened. */
    public static void markInterruption(GenericContainer<?> container) {
        ContainerExec.output(container, "touch", TcpProbe.INTERRUPTION);
    }
}
