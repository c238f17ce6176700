package dev.tailnetproxy.benchmarks;

import java.util.List;

/**
 * What the kernel itself counted for a container, in either version of its control groups.
 *
 * @param peakBytes the most memory at a time, with page cache and its own memory for the container
 * @param ended how many processes it ended because the memory was used up
 */
record CgroupMemory(long peakBytes, long ended) {

    private static final String OOM_KILLS = "oom_kill ";
    private static final String PEAK = "peak ";

    /** Prints what {@link #of} reads. */
    static final String SCRIPT =
            """
            cd /sys/fs/cgroup
            for file in memory.events memory/memory.oom_control; do
              if [ -e $file ]; then cat $file; fi
            done
            for file in memory.peak memory/memory.max_usage_in_bytes; do
              if [ -e $file ]; then echo "peak $(cat $file)"; fi
            done
            """;

    /** @throws IllegalStateException when the kernel does not tell one of them */
    static CgroupMemory of(List<String> lines) {
        return new CgroupMemory(number(PEAK, lines), number(OOM_KILLS, lines));
    }

    private static long number(String name, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("the kernel does not tell \"" + name.strip() + "\": " + lines));
    }
}
