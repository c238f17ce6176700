package dev.tailnetproxy.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the processors of this machine have done since it started, in ticks.
 *
 * @param all all of them
 * @param idle those with nothing to do
 */
record MachineUse(long all, long idle) {

    /** Reads it. */
    static MachineUse now() {
        try {
            return of(Files.readAllLines(Path.of("/proc/stat")).get(0));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** Of the first line of {@code /proc/stat}: user, nice, system, idle, waiting for disks, interrupts, stolen. */
    static MachineUse of(String line) {
        String[] words = line.strip().split(" +", -1);
        long all = 0;
        for (int i = 1; i < Math.min(words.length, 9); i++) {
            all += Long.parseLong(words[i]);
        }
        return new MachineUse(all, Long.parseLong(words[4]) + Long.parseLong(words[5]));
    }

    /** The share of the time since then in which there was nothing to do. */
    double idleSince(MachineUse before) {
        return all == before.all ? 1 : (double) (idle - before.idle) / (all - before.all);
    }
}
