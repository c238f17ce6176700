package dev.tailnetproxy.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A flame graph as an SVG: each method is a box on that of its caller, as wide as its share of the samples. Methods of a
 * library that call each other are one box. It is made of collapsed stacks, a line for each: frames from the outermost
 * inwards, separated by semicolons, and a number of samples.
 */
final class FlameGraph {

    private static final int WIDTH = 1200;
    private static final int ROW = 16;
    private static final int TOP = 48;
    private static final double CHARACTER = 6.2;
    /** Narrower boxes are left out. */
    private static final double LEAST_SHARE = 0.003;

    /** Whose code it is, and its colour. */
    private enum Owner {
        PROXY("the proxy", "#7bc47f"),
        VERTX("Vert.x and Quarkus", "#9ec5f4"),
        NETTY("Netty", "#c9b6f2"),
        JAVA("other Java", "#d9d9d9"),
        JVM("the JVM", "#f4d58d"),
        KERNEL("the kernel", "#f2a477");

        private final String words;
        private final String colour;

        Owner(String words, String colour) {
            this.words = words;
            this.colour = colour;
        }

        /** By the name of a frame, which has slashes in Java and a mark behind it in the kernel. */
        static Owner of(String frame) {
            if (frame.endsWith("_[k]")) {
                return KERNEL;
            }
            if (frame.indexOf('/') < 0) {
                return JVM;
            }
            if (frame.startsWith("dev/tailnetproxy/")) {
                return PROXY;
            }
            if (frame.startsWith("io/netty/")) {
                return NETTY;
            }
            return frame.startsWith("io/vertx/") || frame.startsWith("io/quarkus/") ? VERTX : JAVA;
        }
    }

    /** A method where it was called from, with what it has called. */
    private static final class Frame {

        private final Map<String, Frame> called = new TreeMap<>();
        private long samples;

        private Frame calling(String name) {
            return called.computeIfAbsent(name, first -> new Frame());
        }

        private int depth(long least) {
            return called.values().stream()
                    .filter(frame -> frame.samples >= least)
                    .mapToInt(frame -> 1 + frame.depth(least))
                    .max()
                    .orElse(0);
        }
    }

    private final Frame root = new Frame();

    private FlameGraph() {}

    /**
     * Prints the graph.
     *
     * @param arguments the file of the stacks, and the title
     * @throws IOException when the file can't be read
     */
    public static void main(String[] arguments) throws IOException {
        System.out.print(of(Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8))
                .svg(arguments[1]));
    }

    /**
     * The graph of these stacks.
     *
     * @throws IllegalArgumentException for a line that is none, or when there are no samples
     */
    static FlameGraph of(List<String> stacks) {
        FlameGraph graph = new FlameGraph();
        for (String stack : stacks) {
            int space = stack.lastIndexOf(' ');
            if (space <= 0 || !stack.substring(space + 1).matches("[0-9]{1,18}")) {
                throw new IllegalArgumentException("frames and a number are expected: \"" + stack + "\"");
            }
            graph.add(stack.substring(0, space).split(";", -1), Long.parseLong(stack.substring(space + 1)));
        }
        if (graph.root.samples == 0) {
            throw new IllegalArgumentException("there are no samples");
        }
        return graph;
    }

    private void add(String[] frames, long samples) {
        Frame frame = root;
        frame.samples += samples;
        for (int i = 0; i < frames.length; i++) {
            if (i == 0 || beginsBox(Owner.of(frames[i - 1]), Owner.of(frames[i]))) {
                frame = frame.calling(frames[i]);
                frame.samples += samples;
            }
        }
    }

    /** The proxy's own methods have a box each, those of others one together, which has the name of the first. */
    private static boolean beginsBox(Owner caller, Owner called) {
        return called != caller || called == Owner.PROXY;
    }

    String svg(String title) {
        long least = Math.max(1, (long) Math.ceil(root.samples * LEAST_SHARE));
        int height = TOP + ROW * (root.depth(least) + 1);
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + height
                + "\" font-family=\"monospace\" font-size=\"10\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        svg.append("<text x=\"4\" y=\"14\" font-size=\"12\">" + escaped(title) + "</text>\n");
        legend(svg);
        boxes(svg, root, 0, height - ROW, least);
        return svg.append("</svg>\n").toString();
    }

    private static void legend(StringBuilder svg) {
        int left = 4;
        for (Owner owner : Owner.values()) {
            svg.append("<rect x=\"" + left + "\" y=\"22\" width=\"10\" height=\"10\" fill=\"" + owner.colour
                    + "\"/><text x=\"" + (left + 14) + "\" y=\"31\">" + owner.words + "</text>\n");
            left += 30 + (int) (owner.words.length() * CHARACTER);
        }
    }

    private void boxes(StringBuilder svg, Frame caller, double left, int top, long least) {
        double next = left;
        for (Map.Entry<String, Frame> entry : caller.called.entrySet()) {
            Frame frame = entry.getValue();
            double width = (double) WIDTH * frame.samples / root.samples;
            if (frame.samples >= least) {
                box(svg, entry.getKey(), frame, next, top - ROW, width);
                boxes(svg, frame, next, top - ROW, least);
            }
            next += width;
        }
    }

    private void box(StringBuilder svg, String name, Frame frame, double left, int top, double width) {
        String share = String.format(Locale.ROOT, "%.1f %%", 100.0 * frame.samples / root.samples);
        svg.append(String.format(
                Locale.ROOT,
                "<g><title>%s, %s</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\" stroke=\"white\"/>",
                escaped(name),
                share,
                left,
                top,
                width,
                ROW,
                Owner.of(name).colour));
        String text = shortName(name);
        int room = (int) ((width - 4) / CHARACTER);
        if (room >= 3) {
            String fits = text.length() <= room ? text : text.substring(0, room - 1) + "…";
            svg.append(String.format(
                    Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>", left + 2, top + 12, escaped(fits)));
        }
        svg.append("</g>\n");
    }

    /** Without the package and the marks. */
    private static String shortName(String frame) {
        return frame.substring(frame.lastIndexOf('/') + 1).replaceFirst("_\\[[a-z0-9]\\]$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
