package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.LoadTarget;
import dev.tailnetproxy.localstack.tailnet.Tailnet;

/** The target of a load, as a process of its own on the tailnet's private machine. */
final class TargetProcess {

    private TargetProcess() {}

    /**
     * Starts it and waits until it listens. The one of the build that was measured before goes on.
     *
     * @param port that it listens on
     * @param arguments what {@link LoadTarget} takes besides
     */
    static void start(Tailnet tailnet, int port, Object... arguments) {
        StringBuilder command = new StringBuilder("java -XX:+UseSerialGC -cp ")
                .append(InContainerClasses.FOLDER)
                .append(" ")
                .append(LoadTarget.class.getName())
                .append(" ")
                .append(port);
        for (Object argument : arguments) {
            command.append(" ").append(argument);
        }
        String log = "/tmp/load-target-" + port;
        tailnet.target()
                .run(
                        "sh",
                        "-c",
                        "grep -qs listens " + log + " && exit; " + command + " >" + log + " 2>&1 & "
                                + "until grep -q listens " + log + "; do kill -0 $! || exit 1; sleep 0.05; done");
    }
}
