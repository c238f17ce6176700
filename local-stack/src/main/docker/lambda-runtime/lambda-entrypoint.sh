#!/bin/sh
# One execution environment of a function: /var/lambda/layer.zip and /var/lambda/function.zip become /opt and /var/task,
# then the emulator takes over as the unprivileged user that functions run as, with its credentials from the
# environment.
set -eu
mkdir -p /opt "$LAMBDA_TASK_ROOT"
for archive in layer:/opt function:"$LAMBDA_TASK_ROOT"; do
  file=/var/lambda/${archive%%:*}.zip
  if [ -e "$file" ]; then
    unzip -q -o "$file" -d "${archive#*:}"
  fi
done

# A request that a proxy must not send can then not leave this network, even if the proxy is wrong.
ip route del default 2>/dev/null || true

exec setpriv --reuid 993 --regid 990 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
  /usr/local/bin/aws-lambda-rie --log-level "${RIE_LOG_LEVEL:-warn}" /bin/sh /usr/local/bin/bootstrap.sh
