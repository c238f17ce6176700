package dev.tailnetproxy.localstack.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GithubSignatureTest {

    private static final String DOCUMENTED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    /** The first row is the example of GitHub's documentation. */
    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource({
        DOCUMENTED + ", 'Hello, World!', true",
        DOCUMENTED + ", 'Hello, World', false",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18, 'Hello, World!', false",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1x, 'Hello, World!', false",
        "sha256=, 'Hello, World!', false",
        "sha1=757107ea0eb2509fc211221cce984b8a37570b6d, 'Hello, World!', false",
        "'', 'Hello, World!', false"
    })
    void matchesTheDocumentedSignatureAlone(String field, String body, boolean matches) {
        GithubSignature signature = new GithubSignature("It's a Secret to Everybody");

        assertThat(signature.matches(field, body.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(matches);
    }
}
