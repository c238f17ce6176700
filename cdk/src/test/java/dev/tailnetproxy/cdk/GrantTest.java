package dev.tailnetproxy.cdk;

import dev.tailnetproxy.cdk.support.Synthesis;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of grants start with: a proxy that nobody may call yet. */
abstract class GrantTest {

    @TempDir
    Path folder;

    Synthesis synthesis;
    TailscaleProxy proxy;

    @BeforeEach
    void proxy() {
        synthesis = new Synthesis(folder);
        proxy = synthesis.proxy();
    }
}
