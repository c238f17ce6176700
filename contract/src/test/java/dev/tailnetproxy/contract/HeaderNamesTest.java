package dev.tailnetproxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeaderNamesTest {

    private static final Path PAGE = Path.of("../docs/contract.md");
    private static final Pattern NAME = Pattern.compile("`(ts-[a-z0-9-]*[a-z0-9])[`:]");

    private static Set<String> declared() {
        return Stream.concat(
                        Stream.of(HeaderNames.class.getFields())
                                .filter(field -> field.getType() == String.class)
                                .map(HeaderNamesTest::text),
                        HeaderNames.SENT_WITH_PREFIX.stream().map(name -> HeaderNames.PREFIX + name))
                .filter(name -> name.startsWith(HeaderNames.PREFIX) && !name.equals(HeaderNames.PREFIX))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Field constant) {
        try {
            return String.valueOf(constant.get(null));
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void pageNamesAllFieldsAndNoOthers() throws IOException {
        Set<String> named = NAME.matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isEqualTo(declared());
    }
}
