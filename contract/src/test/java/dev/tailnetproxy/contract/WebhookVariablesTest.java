package dev.tailnetproxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WebhookVariablesTest {

    private static List<Variable> constants() {
        return Stream.of(WebhookVariables.class.getFields())
                .filter(field -> Variable.class.isAssignableFrom(field.getType()))
                .map(WebhookVariablesTest::variable)
                .toList();
    }

    private static Variable variable(Field constant) {
        try {
            return (Variable) constant.get(null);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void listHoldsEveryDeclaration() {
        assertThat(constants()).containsExactlyInAnyOrderElementsOf(WebhookVariables.forOperators());
    }

    @Test
    void declarationsAreComplete() {
        assertThat(WebhookVariables.forOperators()).allSatisfy(variable -> {
            assertThat(variable.name()).matches("TS_FORWARDER_[A-Z_]+");
            assertThat(variable.values()).isNotBlank();
            assertThat(variable.description()).isNotBlank().doesNotContain("|");
        });
    }

    @Test
    void noNameIsThatOfAnotherVariable() {
        assertThat(Stream.of(
                                ProxyVariables.forOperators().stream(),
                                LayerVariables.forOperators().stream(),
                                WebhookVariables.forOperators().stream())
                        .flatMap(variables -> variables)
                        .distinct()
                        .map(Variable::name))
                .doesNotHaveDuplicates();
    }
}
