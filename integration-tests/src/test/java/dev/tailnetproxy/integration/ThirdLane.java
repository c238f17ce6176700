package dev.tailnetproxy.integration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Test classes that share a third tailnet, beside those of {@link FirstLane}: those of the Kubernetes cluster. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TailnetExtension.class)
@ResourceLock("third lane")
@interface ThirdLane {}
