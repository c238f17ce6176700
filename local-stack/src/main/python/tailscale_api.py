"""A stand-in for the part of Tailscale's API that makes and removes auth keys, with keys of headscale behind it.

It listens on the loopback address of the network that it shares with its client, because the key rotation sends
credentials unencrypted nowhere else. A key is headscale's with Tailscale's form in front: headscale reads what follows
"hskey-auth-" and nothing before it.
"""

import json
import ssl
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 9000
KEYS = "/api/v2/tailnet/-/keys"


class Headscale:
    """Headscale's API, version 1."""

    def __init__(self, url, certificate, api_key, user):
        self.url = url + "/api/v1/preauthkey"
        self.api_key = api_key
        self.user = user
        self.context = ssl.create_default_context(cafile=certificate)

    def create(self, create, seconds):
        expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        return self.post(
            "",
            user=self.user,
            reusable=create["reusable"],
            ephemeral=create["ephemeral"],
            expiration=expiration,
            aclTags=create["tags"],
        )["preAuthKey"]

    def expire(self, key_id):
        self.post("/expire", id=key_id)

    def post(self, path, **body):
        request = urllib.request.Request(
            self.url + path,
            json.dumps(body).encode(),
            {"Authorization": "Bearer " + self.api_key, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, context=self.context) as response:
            return json.loads(response.read())


class Tailnet:
    """The keys, by Tailscale's ids, and the tokens."""

    def __init__(self, headscale, client_secret):
        self.headscale = headscale
        self.client_secret = client_secret
        self.lock = threading.Lock()
        self.keys = {}
        self.tokens = set()

    def token(self, form):
        if form.get("client_secret") != [self.client_secret] or form.get("grant_type") != ["client_credentials"]:
            return 401, {"error": "invalid_client", "error_description": "API token invalid"}
        token = "tskey-api-" + uuid.uuid4().hex
        self.tokens.add("Bearer " + token)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def create(self, body):
        made = self.headscale.create(body["capabilities"]["devices"]["create"], body["expirySeconds"])
        key_id = "k%04dCNTRL" % (len(self.keys) + 1)
        resource = dict(body, id=key_id, created=made["createdAt"], expires=made["expiration"], invalid=False)
        self.keys[key_id] = (made["id"], resource)
        return 200, dict(resource, key="tskey-auth-%s-%s" % (key_id, made["key"]))

    def list(self):
        return 200, {"keys": [resource for _, resource in self.keys.values() if not resource["invalid"]]}

    def get(self, key_id):
        if key_id not in self.keys:
            return 404, {"message": "key not found"}
        return 200, self.keys[key_id][1]

    def delete(self, key_id):
        if key_id not in self.keys:
            return 404, {"message": "key not found"}
        headscale_id, resource = self.keys[key_id]
        self.headscale.expire(headscale_id)
        resource["invalid"] = True
        return 200, None


class Handler(BaseHTTPRequestHandler):
    tailnet = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/api/v2/oauth/token":
            self.respond(lambda: self.tailnet.token(urllib.parse.parse_qs(body)))
        else:
            self.authorized(lambda: self.tailnet.create(json.loads(body)))

    def do_GET(self):
        path = self.path.partition("?")[0]
        self.authorized(self.tailnet.list if path == KEYS else lambda: self.tailnet.get(path[len(KEYS) + 1 :]))

    def do_DELETE(self):
        self.authorized(lambda: self.tailnet.delete(self.path[len(KEYS) + 1 :]))

    def authorized(self, action):
        known = self.path.startswith(KEYS) and self.headers["Authorization"] in self.tailnet.tokens
        self.respond(action if known else lambda: (401, {"message": "API token invalid"}))

    def respond(self, action):
        with self.tailnet.lock:
            status, content = action()
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    Handler.tailnet = Tailnet(
        Headscale(settings["headscale"], settings["certificate"], settings["apiKey"], settings["user"]),
        settings["clientSecret"],
    )
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    print("the stand-in for Tailscale's API listens", flush=True)
    server.serve_forever()
