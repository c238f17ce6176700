package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.util.Map;

/** Takes the time of starts of the extension, without and with forwards in turn. Prints {@code start WITHOUT WITH} in microseconds. */
public final class ForwardStartTimer {

    private ForwardStartTimer() {}

    /**
     * Measures.
     *
     * @param arguments how often, and {@code TS_FORWARDS}
     * @throws IOException when something can't be started
     * @throws InterruptedException when somebody has had enough
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        Map<String, String> none = Map.of("TS_FORWARDS", "");
        Map<String, String> forwards = Map.of("TS_FORWARDS", arguments[1]);
        for (int round = 0; round <= rounds; round++) {
            long without = ExtensionStart.measure("without-" + round, none).microseconds();
            long with = ExtensionStart.measure("with-" + round, forwards).microseconds();
            if (round > 0) { // the first ones filled the page cache
                System.out.println("start " + without + " " + with);
            }
        }
    }
}
