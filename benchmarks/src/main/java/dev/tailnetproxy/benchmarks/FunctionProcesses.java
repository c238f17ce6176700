package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.FunctionStep;
import dev.tailnetproxy.benchmarks.incontainer.SocksTarget;
import dev.tailnetproxy.contract.ProxyVariables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** An unpacked function, JVMs with it in their class path and the managed runtime's options, and a target for them. */
final class FunctionProcesses implements AutoCloseable {

    private static final String JAVA = ProcessHandle.current().info().command().orElse("java");

    private final Path folder;
    private final int socksPort;
    private final ChildProcess target;

    private FunctionProcesses(Path folder, int socksPort, ChildProcess target) {
        this.folder = folder;
        this.socksPort = socksPort;
        this.target = target;
    }

    static FunctionProcesses start(Path archive) throws IOException {
        Path folder = Files.createTempDirectory("function-steps");
        unpack(archive, folder);
        int socksPort = freePort();
        ChildProcess target = new ChildProcess(new ProcessBuilder(
                        JAVA,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SocksTarget.class.getName(),
                        Integer.toString(socksPort))
                .redirectErrorStream(true)
                .start());
        if (target.process().inputReader(StandardCharsets.UTF_8).readLine() == null) {
            throw new IOException("the target did not start");
        }
        return new FunctionProcesses(folder, socksPort, target);
    }

    private static void unpack(Path archive, Path folder) throws IOException {
        try (InputStream in = Files.newInputStream(archive);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    String socksPort() {
        return Integer.toString(socksPort);
    }

    /** Runs a program to its end; the words of the lines that tell of a step. */
    List<String[]> run(Class<?> program, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String[]> steps = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        try (ChildProcess child = begin(program, environment, arguments)) {
            child.process().inputReader(StandardCharsets.UTF_8).lines().forEach(line -> {
                lines.add(line);
                if (line.startsWith(FunctionStep.WORD + "\t")) {
                    steps.add(line.split("\t", -1));
                }
            });
            if (child.process().waitFor() != 0 || steps.isEmpty()) {
                throw new IllegalStateException(program.getName() + " did not measure anything: " + lines);
            }
        }
        return steps;
    }

    private ChildProcess begin(Class<?> program, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                // Its own libraries are in front of those of the measuring process.
                folder + ":" + folder + "/lib/*:" + System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(ProxyVariables.SOCKS_PORT.name(), socksPort());
        builder.environment().put(ProxyVariables.LOCALAPI_SOCKET.name(), "none");
        builder.environment().put(ProxyVariables.ALLOWED_TARGETS.name(), "100.64.0.0/10");
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    @Override
    public void close() throws IOException {
        target.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
