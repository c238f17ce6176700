package dev.tailnetproxy.benchmarks;

import java.util.List;

/**
 * The resident set of a process.
 *
 * @param residentKilobytes now, in KiB
 * @param peakKilobytes the most so far, in KiB
 */
record ProcessMemory(long residentKilobytes, long peakKilobytes) {

    /**
     * Of the lines of {@code /proc/PID/status}.
     *
     * @throws IllegalStateException when they do not tell it
     */
    static ProcessMemory of(List<String> status) {
        return new ProcessMemory(number("VmRSS:", status), number("VmHWM:", status));
    }

    private static long number(String name, List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the kernel does not tell " + name + " " + status));
    }

    static String megabytes(long kilobytes) {
        return Math.round(kilobytes * 1.024 / 1000) + " MB";
    }
}
