/** A Kubernetes cluster, each node of it in a container. */
@NullMarked
package dev.tailnetproxy.localstack.kubernetes;

import org.jspecify.annotations.NullMarked;
