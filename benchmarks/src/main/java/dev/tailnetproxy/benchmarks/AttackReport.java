package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.attack.RequestStatistics;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** The attacks and their effects, as a page of Markdown. */
final class AttackReport {

    private AttackReport() {}

    static String of(List<AttackResult> results, int seconds, LocalDate day) {
        StringBuilder page = new StringBuilder(String.format(
                Locale.ROOT,
                """
                # Attacks

                Written by `./benchmark attack`, which repeats all attacks (on %d cores, %s, on %s, %d s each).

                | attack | honest client | p99 before | p99 | past the proxy | p99 | liveness | p99 | idle | peak | 30 s after | the process | target |
                |---|---|---|---|---|---|---|---|---|---|---|---|---|
                """,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                day,
                seconds));
        results.forEach(result -> page.append(row(result)));
        page.append(String.format(Locale.ROOT, "%n## Attack traffic%n%n"));
        for (AttackResult result : results) {
            page.append(String.format(
                    Locale.ROOT,
                    "- %s: %s. This run: %s; at most %d connections to targets.%s%n",
                    name(result),
                    result.attack().description(),
                    result.attacker(),
                    result.connections(),
                    failures(result)));
        }
        return page.append(
                        """

                        ## How

                        Each attack runs against a new container of the proxy, limited to 256 MB by the kernel and with the
                        default settings, and a tailscaled in a separate container. The attackers and the honest client are in the
                        same network; all share the cores of this machine. The attackers' target and the honest client's target
                        are different nodes of the tailnet. Before the attack 50 clients send requests without pause for 10 s, 60
                        dials to a TLS target that never ends its handshake load the TLS classes, the honest client sends requests
                        for 10 s more, and the proxy is idle for 30 s.

                        - The honest client sends ten GETs a second to a target that is not attacked, alternately on a kept and a
                          new connection; a response within 5 s counts. Another client sends one request a second past the proxy,
                          through tailscaled's SOCKS5 port, to measure the tailnet and the machine during the attack. The liveness
                          probe sends one request a second, on a new connection.
                        - Memory is the resident set of the process (`VmRSS`, its peak `VmHWM`).
                        - The target is met if every honest request and every probe gets its response, the memory 30 s after the
                          attack is at most 1.1 times that before it, the process has not ended, and the kernel ended no process in
                          its container.
                        """)
                .toString();
    }

    /** One result in a line, for progress. */
    static String summary(AttackResult result) {
        return row(result).strip() + " " + result.attacker() + failures(result);
    }

    private static String row(AttackResult result) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                name(result),
                count(result.honest()),
                millis(result.before()),
                millis(result.honest()),
                count(result.straight()),
                millis(result.straight()),
                count(result.liveness()),
                millis(result.liveness()),
                ProcessMemory.megabytes(result.idle().residentKilobytes()),
                result.after()
                        .map(memory -> ProcessMemory.megabytes(memory.peakKilobytes()))
                        .orElse(""),
                result.after()
                        .map(memory -> ProcessMemory.megabytes(memory.residentKilobytes()))
                        .orElse(""),
                result.survived() ? "lived" : result.end(),
                result.met() ? "met" : "**missed**");
    }

    private static String name(AttackResult result) {
        String name = "`" + result.attack().name() + "`";
        return result.build() == FunctionBuild.Kind.JVM
                ? name
                : name + ", " + result.build().word();
    }

    private static String count(RequestStatistics responses) {
        return responses.received() + " of " + responses.sent();
    }

    private static String millis(RequestStatistics responses) {
        return responses.received() == 0 ? "" : Math.round(responses.p99Micros() / 1000.0) + " ms";
    }

    private static String failures(AttackResult result) {
        return failure("honest request", result.honest())
                + failure("request past the proxy", result.straight())
                + failure("probe", result.liveness());
    }

    private static String failure(String what, RequestStatistics responses) {
        return responses.failure().isEmpty()
                ? ""
                : " The last " + what + " that failed: `" + responses.failure() + "`.";
    }
}
