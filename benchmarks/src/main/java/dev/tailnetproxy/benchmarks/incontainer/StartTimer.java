package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Takes the time of starts, in turn: tailscaled and {@code tailscale up} by hand, and the extension until it asks for
 * {@code /next}. Prints one line a start: {@code floor MICROSECONDS} or {@code extension MICROSECONDS PHASE}.
 */
public final class StartTimer {

    private StartTimer() {}

    /**
     * Measures.
     *
     * @param arguments how often, and the file with the auth key
     * @throws IOException when something can't be started
     * @throws InterruptedException when somebody has had enough
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        Path authKey = Path.of(arguments[1]);
        for (int round = 0; round <= rounds; round++) {
            long floor = new BaselineStart("floor-" + round, authKey).microseconds();
            ExtensionStart.Measured extension = ExtensionStart.measure("extension-" + round);
            if (round > 0) { // the first ones filled the page cache
                System.out.println("floor " + floor);
                System.out.println("extension " + extension.microseconds() + " " + extension.phase());
            }
        }
    }
}
