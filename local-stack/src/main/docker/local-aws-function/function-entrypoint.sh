#!/bin/sh
# One execution environment of a function: /var/task holds its code and /opt its layers. The argument is the handler, or
# "bootstrap" for an executable. LOCAL_TRUST_STORE is a PKCS 12 file in base64: the authorities of the local AWS and of the
# control server, which a function on the JVM or a native one trusts instead of the public ones. LOCAL_AUTHORITIES has them in PEM,
# in base64, for the node of a function that names none.
set -eu
export _HANDLER="$1" AWS_LAMBDA_FUNCTION_TIMEOUT="${_LAMBDA_TIMEOUT:-60}"

mkdir -p /var/lambda
if [ -n "${LOCAL_TRUST_STORE:-}" ]; then
  printf %s "$LOCAL_TRUST_STORE" | base64 -d >/var/lambda/authorities.p12
  unset LOCAL_TRUST_STORE
  export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=/var/lambda/authorities.p12 -Djavax.net.ssl.trustStorePassword=public"
fi

if [ -n "${LOCAL_AUTHORITIES:-}" ]; then
  printf %s "$LOCAL_AUTHORITIES" | base64 -d >/var/lambda/authorities.pem
  unset LOCAL_AUTHORITIES
  export TS_EXTRA_CA="${TS_EXTRA_CA:-/var/lambda/authorities.pem}"
fi

# A request that a proxy must not send can then not leave this network, even if the proxy is wrong.
ip route del default 2>/dev/null || true

exec setpriv --reuid 993 --regid 990 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
  /usr/local/bin/aws-lambda-rie --log-level "${RIE_LOG_LEVEL:-warn}" /bin/sh /usr/local/bin/function-bootstrap.sh
