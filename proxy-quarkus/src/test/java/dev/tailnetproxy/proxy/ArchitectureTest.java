package dev.tailnetproxy.proxy;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** Which package may know which. */
class ArchitectureTest {

    private static final String ROOT = "dev.tailnetproxy.proxy.";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tailnetproxy.proxy");

    private static final ArchRule DEPENDENCIES_GO_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("time")
            .definedBy(ROOT + "time")
            .layer("state")
            .definedBy(ROOT + "state")
            .layer("http")
            .definedBy(ROOT + "http")
            .layer("failure")
            .definedBy(ROOT + "failure")
            .layer("limits")
            .definedBy(ROOT + "limits")
            .layer("logging")
            .definedBy(ROOT + "logging")
            .layer("policy")
            .definedBy(ROOT + "policy")
            .layer("metrics")
            .definedBy(ROOT + "metrics")
            .layer("headers")
            .definedBy(ROOT + "headers")
            .layer("tailnet")
            .definedBy(ROOT + "tailnet")
            .layer("upstream")
            .definedBy(ROOT + "upstream")
            .layer("resolution")
            .definedBy(ROOT + "resolution")
            .layer("accesslog")
            .definedBy(ROOT + "accesslog")
            .layer("webhook")
            .definedBy(ROOT + "webhook")
            .layer("delivery")
            .definedBy(ROOT + "delivery")
            .layer("forwarding")
            .definedBy(ROOT + "forwarding")
            .layer("config")
            .definedBy(ROOT + "config")
            .layer("forwarder")
            .definedBy(ROOT + "forwarder")
            .layer("lambda")
            .definedBy(ROOT + "lambda")
            .layer("server")
            .definedBy(ROOT + "server")
            .layer("app")
            .definedBy(ROOT + "app")
            .whereLayer("time")
            .mayNotAccessAnyLayer()
            .whereLayer("state")
            .mayNotAccessAnyLayer()
            .whereLayer("http")
            .mayOnlyAccessLayers("time", "state")
            .whereLayer("failure")
            .mayNotAccessAnyLayer()
            .whereLayer("limits")
            .mayOnlyAccessLayers("failure")
            .whereLayer("logging")
            .mayNotAccessAnyLayer()
            .whereLayer("metrics")
            .mayOnlyAccessLayers("logging", "limits", "failure")
            .whereLayer("policy")
            .mayOnlyAccessLayers("failure")
            .whereLayer("headers")
            .mayOnlyAccessLayers("http", "failure", "metrics")
            .whereLayer("tailnet")
            .mayOnlyAccessLayers("failure", "policy", "logging", "time")
            .whereLayer("upstream")
            .mayOnlyAccessLayers("http", "failure", "limits", "time", "state")
            .whereLayer("resolution")
            .mayOnlyAccessLayers("http", "failure", "logging", "policy", "tailnet", "time")
            .whereLayer("accesslog")
            .mayOnlyAccessLayers("http", "failure", "metrics")
            .whereLayer("webhook")
            .mayOnlyAccessLayers("http", "failure")
            .whereLayer("forwarding")
            .mayOnlyAccessLayers(
                    "http",
                    "failure",
                    "logging",
                    "policy",
                    "headers",
                    "resolution",
                    "accesslog",
                    "tailnet",
                    "upstream",
                    "metrics",
                    "limits",
                    "time")
            .whereLayer("forwarder")
            .mayOnlyAccessLayers("http", "failure", "headers", "forwarding", "time")
            .whereLayer("delivery")
            .mayOnlyAccessLayers("http", "failure", "forwarding", "metrics", "limits", "time")
            .whereLayer("config")
            .mayOnlyAccessLayers(
                    "delivery",
                    "forwarder",
                    "resolution",
                    "headers",
                    "metrics",
                    "policy",
                    "upstream",
                    "server",
                    "limits",
                    "webhook")
            .whereLayer("lambda")
            .mayOnlyAccessLayers("delivery", "http", "failure", "forwarding", "metrics", "limits", "time")
            .whereLayer("server")
            .mayOnlyAccessLayers(
                    "http", "failure", "logging", "forwarding", "metrics", "tailnet", "limits", "time", "state")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer();

    private static final ArchRule NO_CYCLES =
            SlicesRuleDefinition.slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    private static final ArchRule ONLY_THE_HOST_KNOWS_LAMBDA = ArchRuleDefinition.noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "lambda.FunctionHandler")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "lambda.QuarkusLambdaHost")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.amazonaws..");

    private static final ArchRule ONLY_THE_ADAPTER_KNOWS_THE_EXTENSION = ArchRuleDefinition.noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "lambda.QuarkusLambdaHost")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "lambda.IdleRuntimeApi")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.quarkus.amazon..");

    private static final ArchRule NO_REFLECTION = ArchRuleDefinition.noClasses()
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are reflection",
                    type -> type.getPackageName().equals("java.lang.reflect")
                            || type.getName().equals("java.lang.reflect.Proxy")));

    @Test
    void dependenciesGoOneWay() {
        DEPENDENCIES_GO_ONE_WAY.check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        NO_CYCLES.check(CLASSES);
    }

    @Test
    void onlyTheHostKnowsLambda() {
        ONLY_THE_HOST_KNOWS_LAMBDA.check(CLASSES);
    }

    @Test
    void onlyTheAdapterKnowsTheExtension() {
        ONLY_THE_ADAPTER_KNOWS_THE_EXTENSION.check(CLASSES);
    }

    @Test
    void reflectionIsNotUsed() {
        NO_REFLECTION.check(CLASSES);
    }
}
