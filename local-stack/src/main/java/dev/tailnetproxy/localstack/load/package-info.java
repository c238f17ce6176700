/** What became of the requests of the load generator. */
@NullMarked
package dev.tailnetproxy.localstack.load;

import org.jspecify.annotations.NullMarked;
