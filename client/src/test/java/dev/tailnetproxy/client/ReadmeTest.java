package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java that the READMEs show compiles. */
class ReadmeTest {

    private static final Path REPOSITORY = Path.of(System.getProperty("repository"));
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
    private static final String AROUND =
            """
            import dev.tailnetproxy.client.*;
            import java.net.http.*;
            class Snippet {
              void run(String proxyUrl) throws Exception {
                %s
              }
            }
            """;

    static Stream<String> snippets() throws IOException {
        List<String> all = Stream.of("README.md", "client/README.md")
                .flatMap(file -> JAVA.matcher(text(file)).results().map(block -> block.group(1)))
                .toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void compiles(String snippet, @TempDir Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter message = new StringWriter();
        List<String> options =
                List.of("-d", classes.toString(), "-proc:none", "-classpath", System.getProperty("java.class.path"));

        boolean compiled = compiler.getTask(
                        message, null, null, options, null, List.of(source(AROUND.formatted(snippet))))
                .call();

        assertThat(compiled).as(message.toString()).isTrue();
    }

    private static SimpleJavaFileObject source(String code) {
        return new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return code;
            }
        };
    }

    private static String text(String file) {
        try {
            return Files.readString(REPOSITORY.resolve(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
