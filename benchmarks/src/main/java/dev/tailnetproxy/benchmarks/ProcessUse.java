package dev.tailnetproxy.benchmarks;

/**
 * What processes have used until now.
 *
 * @param cpuSeconds processor time, of user and system
 * @param megabytes memory: proportional set sizes, so that pages that they share count once
 * @param receivedMegabytes what the network interface of their container has received
 * @param sentMegabytes what it has sent
 */
record ProcessUse(double cpuSeconds, double megabytes, double receivedMegabytes, double sentMegabytes) {

    private static final double TICKS_OF_A_SECOND = 100;
    private static final double KILOBYTES_OF_A_MEGABYTE = 1_000_000 / 1024.0;

    /** Prints ticks, kilobytes, received and sent bytes of the processes whose command line begins with {@code $1}. */
    static final String SCRIPT =
            """
            ticks=0 kilobytes=0
            for process in /proc/[0-9]*; do
              case $(tr '\\0' ' ' <"$process/cmdline" 2>/dev/null) in
                "$1"*)
                  # Behind the name, which may have spaces, utime and stime are the 12th and 13th field.
                  use=$(sed 's/.*) //' "$process/stat" 2>/dev/null | cut -d ' ' -f 12,13) || continue
                  for one in $use; do ticks=$((ticks + one)); done
                  size=$(sed -n 's/^Pss: *\\([0-9]*\\) kB/\\1/p' "$process/smaps_rollup" 2>/dev/null) || continue
                  kilobytes=$((kilobytes + ${size:-0}))
                  ;;
              esac
            done
            echo "$ticks $kilobytes $(sed -n 's/^ *eth0: *//p' /proc/net/dev | tr -s ' ' | cut -d ' ' -f 1,9)"
            """;

    /** Of the line that the script prints. */
    static ProcessUse of(String line) {
        String[] words = line.strip().split(" ", -1);
        if (words.length != 4) {
            throw new IllegalArgumentException("four numbers are expected: " + line);
        }
        return new ProcessUse(
                Long.parseLong(words[0]) / TICKS_OF_A_SECOND,
                Long.parseLong(words[1]) / KILOBYTES_OF_A_MEGABYTE,
                Long.parseLong(words[2]) / 1e6,
                Long.parseLong(words[3]) / 1e6);
    }

    /** What was used since; memory as it is now. */
    ProcessUse since(ProcessUse before) {
        return new ProcessUse(
                cpuSeconds - before.cpuSeconds,
                megabytes,
                receivedMegabytes - before.receivedMegabytes,
                sentMegabytes - before.sentMegabytes);
    }
}
