package dev.tailnetproxy.proxy.http;

import java.util.ArrayList;
import java.util.Collections;
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
        int at = indexOf(name, 0);
        return at < 0 ? Optional.empty() : Optional.of(fields.get(at).value());
    }

    /** The values of all fields with this name, in order. */
    public List<String> all(String name) {
        int at = indexOf(name, 0);
        if (at < 0) {
            return List.of();
        }
        int next = indexOf(name, at + 1);
        if (next < 0) {
            return List.of(fields.get(at).value());
        }
        List<String> values = new ArrayList<>();
        values.add(fields.get(at).value());
        for (; next >= 0; next = indexOf(name, next + 1)) {
            values.add(fields.get(next).value());
        }
        return Collections.unmodifiableList(values);
    }

    /** The place of the first field with this name, from a place on; negative when there is none. */
    private int indexOf(String name, int from) {
        for (int i = from; i < fields.size(); i++) {
            if (fields.get(i).is(name)) {
                return i;
            }
        }
        return -1;
    }

    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    public Headers without(Predicate<HeaderField> unwanted) {
        List<HeaderField> rest = new ArrayList<>(fields);
        return rest.removeIf(unwanted) ? of(rest) : this;
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
