package dev.tailnetproxy.benchmarks;

import java.util.List;
import java.util.Locale;

/** The figures as a page of Markdown. */
final class FigureReport {

    private FigureReport() {}

    static String of(List<Figure> figures) {
        StringBuilder page = new StringBuilder(String.format(
                Locale.ROOT,
                """
                # Figures

                Written by `./benchmark`, which repeats all measurements (this run: %d cores, %s).

                | figure | measured | target | result |
                |---|---|---|---|
                """,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch")));
        for (Figure figure : figures) {
            page.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s |%n",
                    figure.what(),
                    figure.measured(),
                    figure.target(),
                    figure.verdict()));
        }
        page.append(String.format(Locale.ROOT, "%n## Methods%n%n"));
        for (Figure figure : figures) {
            page.append(String.format(Locale.ROOT, "- %s: %s%n", figure.what(), figure.how()));
        }
        return page.toString();
    }
}
