package dev.tailnetproxy.rotation.app;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.tailnetproxy.rotation.step.Rotation;
import dev.tailnetproxy.rotation.step.RotationStep;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.jboss.logging.Logger;

/** What Secrets Manager calls, once for each step. A step that fails is an exception, which fails the rotation. */
@Named("key-rotation")
public class RotationFunction implements RequestHandler<RotationEvent, String> {

    private static final Logger LOG = Logger.getLogger(RotationFunction.class);

    private final Rotation rotation;

    /** @param rotation what the steps do */
    @Inject
    public RotationFunction(Rotation rotation) {
        this.rotation = rotation;
    }

    @Override
    public String handleRequest(RotationEvent event, Context context) {
        RotationStep step = event.toStep();
        try {
            step.run(rotation);
        } catch (RuntimeException e) {
            LOG.errorf("%s of the secret %s failed: %s", step.name(), step.secretId(), e.getMessage());
            throw e;
        }
        LOG.infof("%s of the secret %s is done", step.name(), step.secretId());
        return step.name();
    }
}
