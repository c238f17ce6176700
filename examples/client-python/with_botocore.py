"""Calls a private host through the proxy with botocore, which every Python runtime of Lambda has, and the standard library.

    TAILSCALE_PROXY_URL=https://….on.aws AWS_REGION=… TARGET_HOST=100.64.0.1 TARGET_PORT=8080 python with_botocore.py /ping

Credentials come from botocore's default chain. botocore signs, http.client sends: it is the one that leaves a path and
query as they are. Exit status 2: the proxy responded with an error.
"""

import os
import sys
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

import request_target
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session


def main():
    target = request_target.of_command_line()
    path, _, query = target.partition("?")
    proxy = urlsplit(request_target.of_proxy())
    request = AWSRequest(
        method="GET",
        url=f"{proxy.scheme}://{proxy.netloc}{path}?{request_target.canonical_query(query)}",
        headers={"ts-target-ip": os.environ["TARGET_HOST"], "ts-target-port": os.environ["TARGET_PORT"]},
    )
    SigV4Auth(Session().get_credentials(), "lambda", os.environ["AWS_REGION"]).add_auth(request)
    connection = (HTTPSConnection if proxy.scheme == "https" else HTTPConnection)(proxy.netloc, timeout=60)
    connection.request("GET", target, headers=dict(request.headers))
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if "ts-error-name" in response.headers:
        print(
            f"the proxy responded with {response.headers['ts-error-name']}: {response.headers['ts-error-message']}",
            file=sys.stderr,
        )
        return 2
    sys.stdout.buffer.write(body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
