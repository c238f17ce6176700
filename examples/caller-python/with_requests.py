"""Calls a private host through the proxy with requests; botocore, which every Python runtime of Lambda has, signs.

    TAILSCALE_PROXY_URL=https://….on.aws AWS_REGION=… TARGET_HOST=100.64.0.1 TARGET_PORT=8080 python with_requests.py /ping

Credentials come from botocore's default chain. Exit status 2: the proxy answered with an error.
"""

import os
import sys

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session


class LambdaAuth(requests.auth.AuthBase):
    """Signs a request for a Function URL, with credentials as they are at that moment."""

    def __init__(self, region):
        self.region = region
        self.session = Session()

    def __call__(self, request):
        # Only what the proxy and AWS act on is signed: something on the way out may change the rest.
        to_sign = {
            name: value
            for name, value in request.headers.items()
            if name.lower().startswith(("ts-", "x-amz-")) or name.lower() == "content-type"
        }
        signed = AWSRequest(method=request.method, url=request.url, data=request.body or b"", headers=to_sign)
        SigV4Auth(self.session.get_credentials(), "lambda", self.region).add_auth(signed)
        request.headers.update(dict(signed.headers))
        return request


def main():
    with requests.Session() as proxy:
        proxy.auth = LambdaAuth(os.environ["AWS_REGION"])
        proxy.headers.update({"ts-target-ip": os.environ["TARGET_HOST"], "ts-target-port": os.environ["TARGET_PORT"]})
        path = sys.argv[1] if len(sys.argv) > 1 else "/"
        response = proxy.get(os.environ["TAILSCALE_PROXY_URL"].rstrip("/") + path, timeout=60, allow_redirects=False)
    if "ts-error-name" in response.headers:
        print(
            f"the proxy answered {response.headers['ts-error-name']}: {response.headers['ts-error-message']}",
            file=sys.stderr,
        )
        return 2
    print(response.text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
