package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Libraries of a function fit each other. Releases that are newer than those of the Quarkus BOM may call what the others do not
 * have, which no test of the JVM build meets, and which ends the build of a native executable.
 */
class FunctionLinkageIT {

    /** Quarkus has taken the method out of the one class, and the code that calls it is never reached. */
    private static final List<String> TAKEN_OUT_BY_QUARKUS = List.of("io/netty/util/internal/CleanerJava9$2: "
            + "io/netty/util/internal/CleanerJava9.access$000()Ljava/lang/reflect/Method;");

    @ParameterizedTest
    @ValueSource(strings = {"proxy-quarkus", "webhook-authorizer-quarkus", "key-rotation-quarkus"})
    void everythingThatLibrariesNameIsThere(String module) throws IOException {
        List<String> optional = optionalPackages();

        BytecodeLinks links = BytecodeLinks.of(Checkout.file(module + "/target/function.zip"));

        assertThat(links.size()).isGreaterThan(1000);
        assertThat(links.missingMembers()).isSubsetOf(TAKEN_OUT_BY_QUARKUS);
        assertThat(links.missingClasses())
                .allSatisfy(name -> assertThat(optional).anyMatch(prefix -> name.startsWith(prefix + "/")));
    }

    /** Those of libraries that others can use and that no function has. */
    private static List<String> optionalPackages() throws IOException {
        try (Stream<String> lines =
                Files.lines(Checkout.file("integration-tests/src/test/resources/optional-packages.txt"))) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
