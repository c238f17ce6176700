#!/bin/sh
# A private network in one machine: every address of the prefixes in CLUSTER_PREFIXES is this machine's own, so whatever
# a name stands for is served here. /var/cluster holds the service's classes and the names.
set -eu
ip route del default 2>/dev/null || true
ip address add "$CLUSTER_LINK" dev eth0 nodad
# dnsmasq answers at addresses of interfaces only.
ip address add "$NAME_SERVER" dev lo
for prefix in $CLUSTER_PREFIXES; do
  ip route add local "$prefix" dev lo
done
/bin/sh /usr/local/bin/name-server.sh &
exec java -XX:+UseSerialGC -cp /var/cluster/classes dev.tailnetproxy.localstack.target.TargetService \
  "$SERVICE_PORT" "$SCRIPTED_PORT" "$SCRIPTED_TLS_PORT" "$CONTROL_PORT" ::
