package dev.tailnetproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * No Netty that is known to read a request in two ways, whatever a BOM says. The same in every module is held by the
 * Enforcer rule of the parent {@code pom.xml}.
 */
class NettyVersionTest {

    /** The first one without what {@code FramingTest} shows of older ones. */
    private static final List<Integer> MINIMUM = List.of(4, 1, 138);

    @Test
    void nettyModulesHaveMinimumVersion() {
        Map<String, Version> modules = Version.identify(getClass().getClassLoader());

        assertThat(modules.keySet().containsAll(Set.of("netty-codec-http", "netty-codec-http2", "netty-handler")))
                .as(modules::toString)
                .isTrue();
        for (Version module : modules.values()) {
            assertThat(isNewEnough(module.artifactVersion()))
                    .as(module::toString)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4.1.130.Final, false",
        "4.1.137.Final, false",
        "4.0.999.Final, false",
        "4.1.138.Final, true",
        "4.1.200.Final, true",
        "4.2.1.Final, true"
    })
    void comparesVersionsNumerically(String version, boolean newEnough) {
        assertThat(isNewEnough(version)).isEqualTo(newEnough);
    }

    private static boolean isNewEnough(String version) {
        String[] numbers = version.split("[.]", -1);
        for (int i = 0; i < MINIMUM.size(); i++) {
            int difference = Integer.parseInt(numbers[i]) - MINIMUM.get(i);
            if (difference != 0) {
                return difference > 0;
            }
        }
        return true;
    }
}
