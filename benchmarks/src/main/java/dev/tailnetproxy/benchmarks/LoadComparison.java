package dev.tailnetproxy.benchmarks;

/** The same load straight through SOCKS5 and through the proxy. */
record LoadComparison(int clients, LoadResult straight, LoadResult proxied) {

    /** Requests a second of the proxy in percent of those without it. */
    double percent() {
        return straight.perSecond() == 0 ? 0 : Math.rint(1000 * proxied.perSecond() / straight.perSecond()) / 10;
    }

    double timesP99() {
        return straight.p99Millis() == 0 ? 0 : proxied.p99Millis() / straight.p99Millis();
    }

    String sentence() {
        return (clients == 1 ? "1 client" : clients + " clients") + ": directly through SOCKS5 " + straight.sentence()
                + "; through the proxy " + proxied.sentence() + ".";
    }
}
