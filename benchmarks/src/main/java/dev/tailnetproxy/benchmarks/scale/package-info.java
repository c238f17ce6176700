/** What many execution environments mean for a tailnet and what they cost, computed from measured figures. */
@NullMarked
package dev.tailnetproxy.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
