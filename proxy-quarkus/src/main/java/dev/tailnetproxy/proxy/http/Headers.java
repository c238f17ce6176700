package dev.tailnetproxy.proxy.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An immutable list of header fields: order and repeats are kept, names are found without regard to letter case. */
public final class Headers implements Iterable<HeaderField> {

    private static final Headers NONE = new Headers(List.of());

    private final List<HeaderField> fields;

    private Headers(List<HeaderField> fields) {
        this.fields = fields;
    }

    public static Headers none() {
        return NONE;
    }

    public static Headers of(List<HeaderField> fields) {
        return fields.isEmpty() ? NONE : new Headers(List.copyOf(fields));
    }

    /** Headers from alternating names and values. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value");
        }
        List<HeaderField> fields = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new HeaderField(namesAndValues[i], namesAndValues[i + 1]));
        }
        return of(fields);
    }

    /** The value of the first field with this name. */
    public Optional<String> first(String name) {
        for (HeaderField field : fields) {
            if (field.is(name)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    /** The values of all fields with this name, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.is(name))
                .map(HeaderField::value)
                .toList();
    }

    public boolean contains(String name) {
        return first(name).isPresent();
    }

    public Headers without(Predicate<HeaderField> unwanted) {
        return of(fields.stream().filter(unwanted.negate()).toList());
    }

    public Headers with(String name, String value) {
        List<HeaderField> more = new ArrayList<>(fields.size() + 1);
        more.addAll(fields);
        more.add(new HeaderField(name, value));
        return of(more);
    }

    public int size() {
        return fields.size();
    }

    public Stream<HeaderField> stream() {
        return fields.stream();
    }

    public List<HeaderField> asList() {
        return fields;
    }

    @Override
    public Iterator<HeaderField> iterator() {
        return fields.iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers headers && fields.equals(headers.fields);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(fields);
    }

    /** Names only: values may be secrets, and text like this ends up in logs. */
    @Override
    public String toString() {
        return fields.stream().map(HeaderField::name).toList().toString();
    }
}
