#!/bin/sh
# Makes a certificate for this container's name and address, fills the configuration in, and becomes headscale.
# HEADSCALE_NAME: the name under which nodes reach it. HEADSCALE_EPHEMERAL_TIMEOUT: when a silent ephemeral node goes.
# HEADSCALE_CHANGE_DELAY: how long it collects changes before it tells the nodes of them.
set -eu
name=${HEADSCALE_NAME:-headscale}
address=$(ip -4 -o addr show dev eth0 | awk '{sub("/.*", "", $4); print $4; exit}')
state=/var/lib/headscale
mkdir -p "$state"
# A container that is started again keeps its certificate: nodes trust it by a copy.
[ -e "$state/tls.crt" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
  -keyout "$state/tls.key" -out "$state/tls.crt" -subj "/CN=$name" \
  -addext "subjectAltName=DNS:$name,DNS:localhost,IP:$address,IP:127.0.0.1" 2>/dev/null
sed -e "s/@NAME@/$name/g" -e "s/@ADDRESS@/$address/g" \
  -e "s/@EPHEMERAL_TIMEOUT@/${HEADSCALE_EPHEMERAL_TIMEOUT:-5m}/g" \
  -e "s/@CHANGE_DELAY@/${HEADSCALE_CHANGE_DELAY:-20ms}/g" \
  /etc/headscale/config.template.yaml >/etc/headscale/config.yaml
exec headscale serve
