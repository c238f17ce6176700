package dev.tailnetproxy.proxy.app;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Ends the process with the application. By itself a process of Quarkus's stays when something in it stops the
 * application: its ports are closed, and nobody who watches the process would start another one.
 */
@Singleton
class ProcessExit {

    private static final Logger LOG = Logger.getLogger(ProcessExit.class);
    private static final int FAILED = 1;

    /** To be called when the application stops. A process that ends anyway, as after SIGTERM, keeps its status. */
    void onApplicationStop() {
        if (!ApplicationLifecycleManager.isVmShuttingDown()) {
            LOG.fatal("The application stopped although the process was not told to stop: the process ends with status "
                    + FAILED + ", so that it can be replaced.");
            Quarkus.asyncExit(FAILED);
        }
    }
}
