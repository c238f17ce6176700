package dev.tailnetproxy.rotation.control;

import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a key allows, one word for each: {@code reusable}, {@code tag:web}, {@code scope:auth_keys}. */
public record Traits(Set<String> words) {

    /** The word of a key that many nodes join with. */
    public static final String REUSABLE = "reusable";
    /** The word of a key whose nodes are removed when they are offline. */
    public static final String EPHEMERAL = "ephemeral";
    /** The word of a key whose nodes need no approval. */
    public static final String PREAUTHORIZED = "preauthorized";

    private static final String SCOPE = "scope:";

    /** Copies the words. */
    public Traits {
        words = Set.copyOf(words);
    }

    /** What an auth key allows. */
    public static Traits ofAuthKey(
            Collection<String> tags, boolean reusable, boolean ephemeral, boolean preauthorized) {
        SortedSet<String> words = new TreeSet<>(tags);
        add(words, reusable, REUSABLE);
        add(words, ephemeral, EPHEMERAL);
        add(words, preauthorized, PREAUTHORIZED);
        return new Traits(words);
    }

    /** What an OAuth client allows. */
    public static Traits ofClient(Collection<String> scopes, Collection<String> tags) {
        SortedSet<String> words = new TreeSet<>(tags);
        scopes.forEach(scope -> words.add(SCOPE + scope));
        return new Traits(words);
    }

    private static void add(Set<String> words, boolean has, String word) {
        if (has) {
            words.add(word);
        }
    }

    /** The words that are here and not there, in order. */
    public SortedSet<String> without(Traits others) {
        SortedSet<String> rest = new TreeSet<>(words);
        rest.removeAll(others.words());
        return rest;
    }
}
