# shellcheck shell=bash disable=SC2154 # the variables stand before these lines
# What the demonstration's instance runs at its first start, as root. The auth key is in a file in memory while the node joins,
# and nowhere else: neither in these lines nor in the log.
set -euo pipefail

# The way to the internet and the role may need a moment, and nothing tells when they are there: ten minutes, then it is a fault.
retry() {
  local attempt
  for attempt in {1..120}; do
    if "$@"; then return; fi
    sleep 5
  done
  printf 'given up after %d attempts: %s\n' "$attempt" "$1" >&2
  return 1
}

retry curl --fail --silent --show-error --output /etc/yum.repos.d/tailscale.repo \
  https://pkgs.tailscale.com/stable/amazon-linux/2023/tailscale.repo
retry dnf install --assumeyes tailscale
systemctl enable --now tailscaled

join() {
  local key status=0
  key=$(umask 077 && mktemp /run/auth-key.XXXXXX)
  aws secretsmanager get-secret-value --region "$region" --secret-id "$secret_id" \
    --query SecretString --output text >"$key" &&
    tailscale up --auth-key="file:$key" --hostname="$name" --login-server="$login_server" || status=1
  rm -f "$key"
  return "$status"
}
login_server=${login_server:-https://controlplane.tailscale.com}
retry join
address=$(tailscale ip -4)

install -d /opt/webhook-demo
cat >/opt/webhook-demo/server.py <<'PAGE'
"""A page with the webhooks that came since the start; a delivery is any POST."""

import sys
from collections import deque
from datetime import datetime, timezone
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY = 6 * 1024 * 1024
deliveries = deque(maxlen=50)


class Handler(BaseHTTPRequestHandler):
    timeout = 30

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            self.send_error(411 if not length else 413)
            return
        body = self.rfile.read(int(length))
        when = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
        sender = self.headers.get("X-Forwarded-For", "")
        deliveries.appendleft((when, sender, self.path, len(body)))
        self.respond("received\n", "text/plain")

    def do_GET(self):
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in delivery) + "</tr>"
            for delivery in list(deliveries)
        )
        self.respond(
            "<!doctype html><title>Webhooks</title><h1>A private page</h1>"
            "<p>This machine has no public address. These webhooks reached it through the tailnet:</p>"
            f"<table><tr><th>time (UTC)<th>sender<th>path<th>bytes</tr>{rows}</table>",
            "text/html; charset=utf-8",
        )

    def respond(self, text, content_type):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
PAGE

cat >/etc/systemd/system/webhook-demo.service <<UNIT
[Unit]
After=tailscaled.service
Requires=tailscaled.service

[Service]
ExecStart=/usr/bin/python3 /opt/webhook-demo/server.py $address $port
DynamicUser=yes
ProtectSystem=strict
ProtectHome=yes
NoNewPrivileges=yes
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
UNIT
systemctl enable --now webhook-demo
