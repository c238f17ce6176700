package dev.tailnetproxy.cdk;

import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of grants start with: a proxy that nobody may call yet. */
abstract class GrantTest {

    @TempDir
    Path folder;

    TestStack testStack;
    TailscaleProxy proxy;

    @BeforeEach
    void proxy() {
        testStack = new TestStack(folder);
        proxy = testStack.proxy();
    }
}
