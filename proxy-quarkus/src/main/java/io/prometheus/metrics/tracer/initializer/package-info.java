/** What the Prometheus library names and does not contain. */
@NullMarked
package io.prometheus.metrics.tracer.initializer;

import org.jspecify.annotations.NullMarked;
