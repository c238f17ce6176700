package dev.tailnetproxy.proxy.server;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is made of the TLS files, made anew only when they have changed.
 *
 * @param <T> what is made
 */
final class CachedTlsMaterial<T> {

    private final Supplier<PemFiles> files;
    private final Function<PemFiles, T> load;
    private volatile Loaded<T> last;

    private record Loaded<T>(PemFiles files, T value) {}

    CachedTlsMaterial(Supplier<PemFiles> files, Function<PemFiles, T> load) {
        this.files = files;
        this.load = load;
        PemFiles first = files.get();
        this.last = new Loaded<>(first, load.apply(first));
    }

    T get() {
        PemFiles now = files.get();
        Loaded<T> known = last;
        if (!known.files().equals(now)) {
            known = new Loaded<>(now, load.apply(now));
            last = known;
        }
        return known.value();
    }
}
