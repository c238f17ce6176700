package dev.tailnetproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boxes as wide as what they stand for. */
class FlameGraphTest {

    private static final List<String> STACKS = List.of(
            "start;io/netty/Loop.run_[j];dev/tailnetproxy/proxy/A.b_[j] 30",
            "start;io/netty/Loop.run_[j];do_syscall_64_[k] 60",
            "start;java/lang/Class<init>_[i] 9",
            "start;rare 0",
            "other 1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start, 99.0 % | 1188.0 | #f4d58d",
                "io/netty/Loop.run_[j], 90.0 % | 1080.0 | #c9b6f2",
                "dev/tailnetproxy/proxy/A.b_[j], 30.0 % | 360.0 | #7bc47f",
                "do_syscall_64_[k], 60.0 % | 720.0 | #f2a477",
                "java/lang/Class&lt;init&gt;_[i], 9.0 % | 108.0 | #d9d9d9"
            })
    void boxIsAsWideAsItsShare(String title, String width, String colour) {
        String box = FlameGraph.of(STACKS)
                .svg("a title")
                .lines()
                .filter(line -> line.startsWith("<g><title>" + title + "</title>"))
                .findFirst()
                .orElseThrow();
        assertThat(box).contains(" width=\"" + width + "\"").contains("fill=\"" + colour + "\"");
    }

    @Test
    void boxWithoutSamplesIsLeftOut() {
        assertThat(FlameGraph.of(STACKS).svg("a title")).doesNotContain("rare");
    }

    @Test
    void methodsOfOneLibraryThatCallEachOtherAreOneBox() {
        String svg = FlameGraph.of(List.of(
                        "io/netty/A.a_[j];io/netty/B.b_[j];dev/tailnetproxy/C.c_[j];dev/tailnetproxy/D.d_[j] 9"))
                .svg("a title");
        assertThat(svg).contains("io/netty/A.a", "C.c", "D.d").doesNotContain("B.b");
    }

    @Test
    void nameIsWithoutPackageAndCutWhereItDoesNotFit() {
        String svg = FlameGraph.of(List.of("a/very/LongName.of_a_method_that_is_long_[j] 5", "b/C.d_[j] 95"))
                .svg("1 < 2 & 3");
        assertThat(svg).contains(">LongName…<").contains(">C.d<").contains("1 &lt; 2 &amp; 3");
    }

    @ParameterizedTest
    @CsvSource({"no number", "5", "'a;b '", "'a;b -1'", "'a;b 1x'"})
    void lineThatIsNoStackIsQuoted(String line) {
        assertThatThrownBy(() -> FlameGraph.of(List.of(line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("frames and a number are expected: \"" + line + "\"");
    }

    @Test
    void nothingIsRefused() {
        assertThatThrownBy(() -> FlameGraph.of(List.of())).hasMessage("there are no samples");
    }
}
