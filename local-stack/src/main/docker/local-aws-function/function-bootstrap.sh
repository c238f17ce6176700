#!/bin/sh
# The runtime process. A native executable does not read JAVA_TOOL_OPTIONS, but takes the same options as arguments.
set -eu
if [ -x "$LAMBDA_TASK_ROOT/bootstrap" ]; then
  # shellcheck disable=SC2086 # several options, without blanks in them
  exec "$LAMBDA_TASK_ROOT/bootstrap" ${JAVA_TOOL_OPTIONS:-}
fi
exec /bin/sh /usr/local/bin/bootstrap.sh
