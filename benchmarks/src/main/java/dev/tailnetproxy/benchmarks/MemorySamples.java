package dev.tailnetproxy.benchmarks;

import java.util.List;

/**
 * What the kernel counted for the processes of a function while it was watched, in megabytes.
 *
 * @param most all of the function's processes together, when that was most
 * @param runtime the most that the runtime had
 * @param daemon the most that tailscaled had
 * @param extension the most that the extension had
 * @param emulator the most that the emulator had, which is not the function's
 * @param samples how often was looked
 */
record MemorySamples(double most, double runtime, double daemon, double extension, double emulator, int samples) {

    private static final double BYTES_OF_A_KILOBYTE = 1024;

    /**
     * Of the lines that {@code memory-samples.sh} writes.
     *
     * @throws IllegalStateException when there are none, or when a process was in none of them
     */
    static MemorySamples of(List<String> lines) {
        double[] most = new double[5];
        for (String line : lines) {
            String[] kilobytes = line.split(" ", -1);
            double all = 0;
            for (int i = 0; i < 4; i++) {
                double megabytes = Long.parseLong(kilobytes[i]) * BYTES_OF_A_KILOBYTE / 1_000_000;
                most[i] = Math.max(most[i], megabytes);
                all += i < 3 ? megabytes : 0;
            }
            most[4] = Math.max(most[4], all);
        }
        for (int i = 0; i < 4; i++) {
            if (most[i] == 0) {
                throw new IllegalStateException("a process of the function was never seen: " + lines);
            }
        }
        return new MemorySamples(most[4], most[0], most[1], most[2], most[3], lines.size());
    }
}
