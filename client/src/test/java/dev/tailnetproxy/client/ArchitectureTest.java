package dev.tailnetproxy.client;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** Dependencies between packages, and the classes that a user of the library needs. */
class ArchitectureTest {

    private static final String ROOT = "dev.tailnetproxy.client";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static final ArchRule DEPENDENCIES_GO_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("signing")
            .definedBy(ROOT + ".signing")
            .layer("client")
            .definedBy(ROOT)
            .layer("rest")
            .definedBy(ROOT + ".rest")
            .layer("cli")
            .definedBy(ROOT + ".cli")
            .whereLayer("signing")
            .mayNotAccessAnyLayer()
            .whereLayer("client")
            .mayOnlyAccessLayers("signing")
            .whereLayer("rest")
            .mayOnlyAccessLayers("client", "signing")
            .whereLayer("rest")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("cli")
            .mayOnlyAccessLayers("client", "signing")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    private static final ArchRule OPTIONAL_DEPENDENCIES_STAY_WHERE_THEY_ARE_OPTIONAL = ArchRuleDefinition.noClasses()
            .that()
            .resideInAnyPackage(ROOT, ROOT + ".signing")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta..", "org.eclipse.microprofile..", "picocli..", "software.amazon.awssdk.services..");

    @Test
    void dependenciesGoOneWay() {
        DEPENDENCIES_GO_ONE_WAY.check(CLASSES);
    }

    @Test
    void optionalDependenciesStayWhereTheyAreOptional() {
        OPTIONAL_DEPENDENCIES_STAY_WHERE_THEY_ARE_OPTIONAL.check(CLASSES);
    }
}
