package dev.tailnetproxy.rotation;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which package may know which. */
class ArchitectureTest {

    private static final String ROOT = "dev.tailnetproxy.rotation.";

    /** A package, and the others that it may know. */
    @ParameterizedTest
    @CsvSource({
        "secret, ''",
        "control, secret",
        "tailscale, control secret",
        "headscale, control secret",
        "step, control secret",
        "settings, control"
    })
    void dependenciesGoOneWay(String name, String known) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.tailnetproxy.rotation");
        String[] unknown = Stream.of("secret", "control", "tailscale", "headscale", "step", "settings", "app")
                .filter(other -> !other.equals(name)
                        && !Arrays.asList(known.split(" ", -1)).contains(other))
                .map(other -> ROOT + other)
                .toArray(String[]::new);

        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(unknown)
                .check(classes);
    }
}
