package dev.tailnetproxy.localstack.main;

import java.util.List;

/**
 * What {@code ./run} was asked for.
 *
 * @param port the port to listen on; 0, any that is free, for one request only
 */
record RunOptions(int port) {

    static RunOptions of(String[] arguments) {
        List<String> words = List.of(arguments);
        if (words.equals(List.of("--once"))) {
            return new RunOptions(0);
        }
        if (words.size() == 2 && words.get(0).equals("--port")) {
            return new RunOptions(Integer.parseInt(words.get(1)));
        }
        throw new IllegalArgumentException("arguments are --once, or --port and a number; not " + words);
    }

    /** Whether it stops after its request. */
    boolean once() {
        return port == 0;
    }

    /** Tells of a step. */
    static void say(String text) {
        System.out.println("\033[1m==>\033[0m " + text);
    }
}
