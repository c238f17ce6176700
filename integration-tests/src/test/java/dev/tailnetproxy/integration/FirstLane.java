package dev.tailnetproxy.integration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Test classes that share a tailnet and run one after the other, beside those of {@link SecondLane} and {@link ThirdLane}:
 * they wait more than they compute.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TailnetExtension.class)
@ResourceLock("first lane")
@interface FirstLane {}
