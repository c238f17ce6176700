package dev.tailnetproxy.localstack.main;

import static dev.tailnetproxy.localstack.main.RunOptions.say;

import dev.tailnetproxy.localstack.kubernetes.ClientPod;
import dev.tailnetproxy.localstack.kubernetes.GatewayCluster;
import dev.tailnetproxy.localstack.kubernetes.KubernetesCluster;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Brings a Kubernetes cluster with the gateway up on this machine, and sends one request through it in each way. */
public final class KubernetesStack {

    private static final String PATH = "/hello?from=pod";

    private KubernetesStack() {}

    /**
     * Runs. A signal ends the process at once; the starting process removes the containers ({@code ./run} does).
     *
     * @param arguments {@code --once} to stop after the requests; none to stay up
     * @throws InterruptedException when somebody has had enough
     */
    public static void main(String[] arguments) throws InterruptedException {
        Artifacts artifacts = Artifacts.of(Path.of(System.getProperty("repository")));
        int status = 1;
        try (Tailnet tailnet = Tailnet.start(artifacts, RunOptions::say)) {
            say("starting a Kubernetes cluster with two nodes, in the zones a and b");
            try (KubernetesCluster cluster = KubernetesCluster.start(artifacts, tailnet, List.of("a", "b"));
                    GatewayCluster gateway = GatewayCluster.install(artifacts, tailnet, cluster, RunOptions::say)) {
                say("starting a pod without Tailscale in it");
                ClientPod pod = gateway.startClient("application");
                tryOut(pod, byHeaderFields());
                tryOut(pod, byService());
                status = 0;
                if (!List.of(arguments).contains("--once")) {
                    printUsage(cluster, pod);
                    new CountDownLatch(1).await();
                }
            }
        } catch (IllegalStateException refused) {
            System.err.println(refused.getMessage());
        }
        Runtime.getRuntime().halt(status);
    }

    private static List<String> byHeaderFields() {
        return List.of(
                "curl",
                "--silent",
                "-H",
                "ts-target-ip: " + Tailnet.TARGET_NAME,
                "-H",
                "ts-target-port: " + TargetNode.SERVICE_PORT,
                GatewayCluster.URL + PATH);
    }

    private static List<String> byService() {
        return List.of("curl", "--silent", "http://" + GatewayCluster.WEB_SERVICE + PATH);
    }

    private static void tryOut(ClientPod pod, List<String> command) {
        say("in the pod: " + quoted(command));
        System.out.println();
        System.out.println(pod.output(command.toArray(String[]::new)));
    }

    private static void printUsage(KubernetesCluster cluster, ClientPod pod) {
        List<String> start = List.of(
                "docker",
                "exec",
                cluster.nodes().get(0).getContainerId().substring(0, 12),
                "kubectl",
                "--namespace=" + GatewayCluster.NAMESPACE,
                "exec",
                pod.name(),
                "--");
        say("it is up; try it from the pod, by header fields and by a Service of the target's own:");
        System.out.println();
        for (List<String> command : List.of(byHeaderFields(), byService())) {
            System.out.println(
                    quoted(Stream.concat(start.stream(), command.stream()).toList()));
            System.out.println();
        }
        say("Ctrl-C stops it and removes everything");
    }

    private static String quoted(List<String> command) {
        return command.stream()
                .map(word -> word.matches("[\\w./:=,-]+") ? word : "'" + word + "'")
                .collect(Collectors.joining(" "));
    }
}
