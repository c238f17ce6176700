#!/bin/sh
# tailscaled beside a container of the proxy, as in a pod: /var/sidecar holds the layer and the key to join with,
# /var/run/tailscale is the folder of its socket that both containers share.
# JOIN_TRIGGER: a named pipe; the node joins when somebody writes to it, and a tailscaled that ends is started again as a new node that waits.
set -eu
here=/var/sidecar
socket=/var/run/tailscale/tailscaled.sock
ip route del default 2>/dev/null || true
unzip -q -o "$here/layer.zip" 'bin/*' -d "$here"
ln -sf tailscaled "$here/bin/tailscale"

export SSL_CERT_FILE=$here/ca.pem
trap 'kill "$tailscaled"; exit' TERM INT
while :; do
  rm -f "$socket"
  "$here/bin/tailscaled" --tun=userspace-networking --state=mem: --statedir="$here/state" --socket="$socket" \
    --socks5-server=127.0.0.1:1055 >"$here/tailscaled.log" 2>&1 &
  tailscaled=$!
  until [ -S "$socket" ]; do
    kill -0 "$tailscaled" || { cat "$here/tailscaled.log"; exit 1; }
    sleep 0.05
  done
  if [ -n "${JOIN_TRIGGER:-}" ]; then
    [ -p "$JOIN_TRIGGER" ] || mkfifo "$JOIN_TRIGGER"
    echo "the node waits to be told to join"
    read -r _ <"$JOIN_TRIGGER"
  fi
  "$here/bin/tailscale" --socket="$socket" up --auth-key="file:$here/auth-key" --login-server="$LOGIN_SERVER" \
    --hostname="$NODE_NAME" --accept-routes --shields-up --timeout=60s
  echo "the node is in the tailnet"
  wait "$tailscaled" || true
  [ -n "${JOIN_TRIGGER:-}" ] || exit
done
