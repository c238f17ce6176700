package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.LoadGenerator;
import dev.tailnetproxy.benchmarks.incontainer.attack.Attack;
import dev.tailnetproxy.benchmarks.incontainer.attack.AttackTarget;
import dev.tailnetproxy.benchmarks.incontainer.attack.Attacker;
import dev.tailnetproxy.benchmarks.incontainer.attack.HostileTarget;
import dev.tailnetproxy.benchmarks.incontainer.attack.ProxyMonitor;
import dev.tailnetproxy.benchmarks.incontainer.attack.RequestStatistics;
import dev.tailnetproxy.benchmarks.incontainer.attack.TlsDials;
import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Attacks a container of the proxy, each time a new one, and looks at what an honest client gets and what is left. */
final class AttackRunner {

    private static final int HOSTILE_PORT = 8092;
    private static final int WARM_UP_CLIENTS = 50;
    private static final int WARM_UP_SECONDS = 5;
    private static final int BEFORE_SECONDS = 10;
    private static final Duration REST = Duration.ofSeconds(30);
    private static final Duration AFTER = Duration.ofSeconds(30);

    private final Tailnet tailnet;
    private final ContainerBuild build;
    private final AttackTarget helper;
    private final TargetNode honest;

    private AttackRunner(Tailnet tailnet, TargetNode honest, ContainerBuild build) {
        this.tailnet = tailnet;
        this.honest = honest;
        this.build = build;
        this.helper = new AttackTarget(tailnet.target().address(), HOSTILE_PORT);
        InContainerClasses.copyTo(tailnet.target());
    }

    /** @param honest a machine that no attack names */
    static List<AttackResult> measure(
            Tailnet tailnet, TargetNode honest, ContainerBuild build, AttackPlan plan, Consumer<String> progress)
            throws InterruptedException {
        AttackRunner runs = new AttackRunner(tailnet, honest, build);
        List<AttackResult> results = new ArrayList<>();
        for (Attack attack : plan.attacks()) {
            progress.accept("attacking the proxy, " + build.function().kind().word() + ": " + attack.name());
            AttackResult result = runs.run(attack, plan.seconds());
            progress.accept(AttackReport.summary(result));
            results.add(result);
        }
        return results;
    }

    private AttackResult run(Attack attack, int seconds) throws InterruptedException {
        startHelper();
        String name = "attacked-" + build.function().kind().process() + "-"
                + attack.name().replace('.', '-');
        try (EgressPod pod = tailnet.startPod(name, Map.of(), build.image())) {
            InContainerClasses.copyTo(pod.tailscaled());
            warmUp(pod);
            RequestStatistics before = before(pod);
            Thread.sleep(REST.toMillis());
            ProcessMemory idle = memory(pod);
            List<String> seen = pod.run("sh", "-c", attacker(attack, seconds) + " & " + witness(seconds) + "; wait")
                    .lines()
                    .toList();
            Thread.sleep(AFTER.toMillis());
            String end = pod.end();
            return new AttackResult(
                    attack,
                    build.function().kind(),
                    before,
                    RequestStatistics.of(line("honest", seen)),
                    RequestStatistics.of(line("straight", seen)),
                    RequestStatistics.of(line("liveness", seen)),
                    idle,
                    end.isEmpty() ? Optional.of(memory(pod)) : Optional.empty(),
                    end.isEmpty() ? ended(pod) : end,
                    Long.parseLong(rest("connections", seen)),
                    rest("attacker", seen));
        }
    }

    /** The target that the attack before left with many connections is started anew. */
    private void startHelper() {
        tailnet.target()
                .run(
                        "sh",
                        "-c",
                        "[ ! -e /tmp/hostile.pid ] || kill -KILL $(cat /tmp/hostile.pid); rm -f /tmp/hostile; "
                                + "java -Xss256k -cp " + InContainerClasses.FOLDER + " " + HostileTarget.class.getName()
                                + " " + HOSTILE_PORT + " >/tmp/hostile 2>&1 & echo $! >/tmp/hostile.pid; "
                                + "until grep -q listens /tmp/hostile; do kill -0 $! || exit 1; sleep 0.05; done");
    }

    /** A process that has worked: its code is compiled and its heap has grown. */
    private void warmUp(EgressPod pod) {
        pod.run(
                "sh",
                "-c",
                java(
                        LoadGenerator.class,
                        "proxy",
                        EgressPod.PORT,
                        helper.address(),
                        helper.port(),
                        WARM_UP_CLIENTS,
                        WARM_UP_SECONDS));
        pod.run("sh", "-c", java(TlsDials.class, EgressPod.PORT, helper.address(), helper.port()));
    }

    private RequestStatistics before(EgressPod pod) {
        List<String> seen = pod.run("sh", "-c", witness(BEFORE_SECONDS)).lines().toList();
        RequestStatistics honest = RequestStatistics.of(line("honest", seen));
        if (!honest.complete()) {
            throw new IllegalStateException("the proxy is not well before the attack: " + seen);
        }
        return honest;
    }

    private static ProcessMemory memory(EgressPod pod) {
        return ProcessMemory.of(pod.runInProxy("cat", "/proc/1/status").lines().toList());
    }

    /** How the kernel ended another process of the container, empty when it ended none. */
    private static String ended(EgressPod pod) {
        long ended = CgroupMemory.of(
                        pod.runInProxy("sh", "-c", CgroupMemory.SCRIPT).lines().toList())
                .ended();
        return ended == 0 ? "" : "the kernel ended " + ended + " processes";
    }

    private String attacker(Attack attack, int seconds) {
        return java(
                Attacker.class,
                attack.name(),
                EgressPod.PORT,
                EgressPod.MANAGEMENT_PORT,
                helper.address(),
                helper.port(),
                seconds);
    }

    private String witness(int seconds) {
        return java(
                ProxyMonitor.class,
                EgressPod.PORT,
                EgressPod.MANAGEMENT_PORT,
                EgressPod.SOCKS_PORT,
                honest.address(),
                TargetNode.SERVICE_PORT,
                "/hello",
                seconds);
    }

    private static String java(Class<?> program, Object... arguments) {
        StringBuilder command =
                new StringBuilder("java -XX:+UseSerialGC -cp " + InContainerClasses.FOLDER + " " + program.getName());
        for (Object argument : arguments) {
            command.append(' ').append(argument);
        }
        return command.toString();
    }

    private static String line(String word, List<String> output) {
        return output.stream()
                .filter(line -> line.startsWith(word + " "))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no word of \"" + word + "\": " + output));
    }

    private static String rest(String word, List<String> output) {
        return line(word, output).substring(word.length() + 1);
    }
}
