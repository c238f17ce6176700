#!/bin/sh
# A machine in the tailnet with one service: /var/target holds the tailscaled of the layer, unless bin/ has another, the
# service's classes and the key to join with.
set -eu
here=/var/target
ip route del default 2>/dev/null || true
unzip -q -n "$here/layer.zip" 'bin/*' -d "$here"
ln -sf tailscaled "$here/bin/tailscale"

SSL_CERT_FILE=$here/ca.pem "$here/bin/tailscaled" --tun=userspace-networking --state=mem: --statedir="$here/state" \
  --socket="$here/tailscaled.sock" >"$here/tailscaled.log" 2>&1 &
until "$here/bin/tailscale" --socket="$here/tailscaled.sock" status --json >/dev/null 2>&1; do
  kill -0 $! || { cat "$here/tailscaled.log"; exit 1; }
  sleep 0.05
done
"$here/bin/tailscale" --socket="$here/tailscaled.sock" up --auth-key="file:$here/auth-key" \
  --login-server="$LOGIN_SERVER" --hostname="$NODE_NAME" --accept-dns=false --timeout=60s
echo "the target is in the tailnet as $("$here/bin/tailscale" --socket="$here/tailscaled.sock" ip -4)"
exec java -XX:+UseSerialGC -cp "$here/classes" dev.tailnetproxy.localstack.target.TargetService \
  "$SERVICE_PORT" "$SCRIPTED_PORT" "$SCRIPTED_TLS_PORT" "$CONTROL_PORT"
