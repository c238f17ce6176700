package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures everything, prints it and writes it to {@code docs/figures.md} and {@code docs/attacks.md}; status 1 when a target
 * was missed. With names of parts it measures these only, and of the pages writes none but that of whole attacks; with {@code --function ARCHIVE} it measures that archive of the
 * proxy, for the JVM or native, beside the one that was just built.
 */
public final class Benchmark {

    private static final double AT_MOST_ZIP_MEGABYTES = 9;

    private Benchmark() {}

    /**
     * Measures.
     *
     * @param arguments the figures to measure; all of them when there are none
     * @throws Exception when something can't be measured
     */
    public static void main(String[] arguments) throws Exception {
        Path repository = Path.of(System.getProperty("repository"));
        BenchmarkOptions wanted = BenchmarkOptions.of(Path.of(System.getProperty("folder", "")), arguments);
        List<Figure> figures = new ArrayList<>();
        List<AttackResult> attacks = new ArrayList<>();
        Artifacts artifacts = Artifacts.of(repository);
        if (wanted.includes("joins")) {
            figures.addAll(JoinFigures.measure(artifacts, Benchmark::say));
        }
        List<FunctionBuild> functions = Stream.concat(Stream.of(artifacts.function()), wanted.functions().stream())
                .map(FunctionBuild::of)
                .toList();
        if (wanted.includes("function")) {
            for (FunctionBuild function : functions) {
                System.out.println(FunctionFigures.measure(function, Benchmark::say));
            }
        }
        if (wanted.needsTailnet()) {
            measureInTailnet(repository, artifacts, wanted, functions, figures, attacks);
        }
        if (!figures.isEmpty()) {
            tell(FigureReport.of(figures), repository.resolve("docs/figures.md"), wanted.isComplete());
        }
        if (!attacks.isEmpty()) {
            String page = AttackReport.of(attacks, wanted.attacks().seconds(), LocalDate.now(ZoneOffset.UTC));
            tell(page, repository.resolve("docs/attacks.md"), wanted.hasAllAttacks());
        }
        boolean met = figures.stream().allMatch(Figure::met) && attacks.stream().allMatch(AttackResult::met);
        System.exit(met ? 0 : 1);
    }

    private static void measureInTailnet(
            Path repository,
            Artifacts artifacts,
            BenchmarkOptions wanted,
            List<FunctionBuild> functions,
            List<Figure> figures,
            List<AttackResult> attacks)
            throws IOException, InterruptedException {
        try (Tailnet tailnet = Tailnet.start(artifacts, Benchmark::say)) {
            if (wanted.includes("extension")) {
                figures.addAll(zips(repository.resolve("layer/target")));
                figures.addAll(extension(tailnet, layerOnly(repository)));
            }
            if (wanted.includes("first")) {
                figures.addAll(FirstRequestFigures.measure(tailnet, artifacts, layerOnly(repository), Benchmark::say));
            }
            if (wanted.includes("forward")) {
                say("measuring TCP forwards beside SOCKS5");
                figures.addAll(ForwardFigures.measure(tailnet, layerOnly(repository)));
            }
            if (wanted.includes("proxy")) {
                for (FunctionBuild function : functions) {
                    say("measuring the proxy, " + function.kind().word()
                            + ", beside the straight way through SOCKS5 (two minutes)");
                    figures.addAll(ProxyFigures.measure(tailnet, ContainerBuild.of(repository, artifacts, function)));
                }
            }
            if (wanted.includes("invocation")) {
                for (FunctionBuild function : functions) {
                    say("invoking the function, " + function.kind().word()
                            + ", and one that does nothing, through the emulator");
                    figures.addAll(InvocationFigures.measure(tailnet, artifacts.function(), function));
                }
            }
            if (wanted.includes("load")) {
                for (FunctionBuild function : functions) {
                    say("loading the container, " + function.kind().word() + ", with a target that has no delay");
                    figures.addAll(LoadFigures.measure(
                            tailnet, ContainerBuild.of(repository, artifacts, function), Benchmark::say));
                }
            }
            if (wanted.includes("short")) {
                for (FunctionBuild function : functions) {
                    say("loading the container, " + function.kind().word() + ", with short connections");
                    figures.addAll(ShortFigures.measure(
                            tailnet, ContainerBuild.of(repository, artifacts, function), Benchmark::say));
                }
            }
            if (wanted.includes("memory")) {
                figures.addAll(memory(tailnet, functions));
            }
            if (wanted.includes("attack")) {
                say("starting a machine for the honest client");
                TargetNode honest = tailnet.startTarget("honest");
                for (FunctionBuild function : functions) {
                    attacks.addAll(AttackRunner.measure(
                            tailnet,
                            honest,
                            ContainerBuild.of(repository, artifacts, function),
                            wanted.attacks(),
                            Benchmark::say));
                }
            }
        }
    }

    private static void tell(String page, Path file, boolean whole) throws IOException {
        if (whole) {
            Files.writeString(file, page);
        }
        System.out.println();
        System.out.print(page);
    }

    private static DeployedFunction layerOnly(Path repository) {
        return new DeployedFunction.Bootstrap(repository.resolve("examples/layer-only/bootstrap"));
    }

    private static List<Figure> extension(Tailnet tailnet, DeployedFunction function)
            throws IOException, InterruptedException {
        say("measuring starts: tailscaled by hand and the extension in turn");
        List<Figure> figures = new ArrayList<>(StartFigures.measure(tailnet, function));
        say("measuring what it takes while idle");
        figures.addAll(IdleFigures.measure(tailnet, function));
        return figures;
    }

    private static List<Figure> memory(Tailnet tailnet, List<FunctionBuild> functions)
            throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (FunctionBuild function : functions) {
            say("measuring the memory of the function, " + function.kind().word());
            figures.addAll(FunctionMemory.measure(tailnet, function));
        }
        if (functions.stream().noneMatch(function -> function.kind() == FunctionBuild.Kind.NATIVE)) {
            figures.add(Figure.notMeasured(
                    FunctionMemory.what(FunctionBuild.Kind.NATIVE),
                    "there was no native archive: build one with `mvn package -Pnative`, put its `function.zip`"
                            + " elsewhere and name it, `./benchmark --function ARCHIVE`"));
        }
        return figures;
    }

    private static List<Figure> zips(Path folder) throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (String architecture : List.of("x86_64", "arm64")) {
            long size = Files.size(folder.resolve("tailscale-layer-" + architecture + ".zip"));
            figures.add(Figure.atMost(
                    "The layer's zip, " + architecture,
                    Math.rint(size / 10_000.0) / 100,
                    AT_MOST_ZIP_MEGABYTES,
                    "MB",
                    "The file as built: " + size + " bytes."));
        }
        return figures;
    }

    /** Tells what is measured now. */
    static void say(String text) {
        System.out.println("\033[1m==>\033[0m " + text);
    }
}
