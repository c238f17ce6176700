package dev.tailnetproxy.benchmarks.scale;

import java.util.List;

/**
 * How the traffic of a service changes, as shares of its peak between which it changes evenly.
 *
 * @param name how tables call it
 * @param points in the order of time; the last one is the end
 */
record ArrivalCurve(String name, List<Point> points) {

    /** Traffic of an office: a tenth of the peak at night, the peak in the early afternoon. */
    static final ArrivalCurve DAY = new ArrivalCurve(
            "day",
            List.of(
                    new Point(0, 0.1),
                    new Point(hours(6), 0.1),
                    new Point(hours(9), 0.7),
                    new Point(hours(12), 0.85),
                    new Point(hours(14), 1),
                    new Point(hours(18), 0.6),
                    new Point(hours(24), 0.1)));

    /** An hour in which a twentieth of the peak becomes the peak within a minute, for ten minutes. */
    static final ArrivalCurve BURST = new ArrivalCurve(
            "burst",
            List.of(
                    new Point(0, 0.05),
                    new Point(1200, 0.05),
                    new Point(1260, 1),
                    new Point(1860, 1),
                    new Point(1920, 0.05),
                    new Point(3600, 0.05)));

    ArrivalCurve {
        points = List.copyOf(points);
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).second() <= points.get(i - 1).second()) {
                throw new IllegalArgumentException("the points are not in the order of time: " + points);
            }
        }
    }

    private static int hours(int hours) {
        return hours * 3600;
    }

    int seconds() {
        return points.get(points.size() - 1).second();
    }

    /** The share of the peak at a time. */
    double share(double second) {
        for (int i = 1; i < points.size(); i++) {
            Point after = points.get(i);
            if (second <= after.second()) {
                Point before = points.get(i - 1);
                double way = (second - before.second()) / (after.second() - before.second());
                return before.share() + way * (after.share() - before.share());
            }
        }
        return points.get(points.size() - 1).share();
    }

    /**
     * One of its points.
     *
     * @param second when
     * @param share of the peak
     */
    record Point(int second, double share) {}
}
