package dev.tailnetproxy.integration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Test classes that share the cluster of {@link KubernetesExtension}, which has a tailnet of its own. They run one after
 * the other, beside those of {@link TailnetLane}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KubernetesExtension.class)
@ResourceLock("the cluster")
@interface ClusterLane {}
