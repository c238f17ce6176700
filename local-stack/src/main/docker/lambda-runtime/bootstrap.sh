#!/bin/sh
# The runtime process of a function: its own bootstrap when it brings one (native), else AWS's Java runtime client.
set -eu
if [ -x "$LAMBDA_TASK_ROOT/bootstrap" ]; then
  exec "$LAMBDA_TASK_ROOT/bootstrap"
fi
# The options are those of the managed Java runtimes: a small heap of the function's memory, one compiler tier.
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxRAMPercentage=70 \
  -cp "$LAMBDA_TASK_ROOT:$LAMBDA_TASK_ROOT/lib/*:$LAMBDA_RUNTIME_DIR/*" \
  com.amazonaws.services.lambda.runtime.api.client.AWSLambda "$_HANDLER"
