package dev.tailnetproxy.cdk;

import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Common set-up of the tests of grants: a proxy without grants. */
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
