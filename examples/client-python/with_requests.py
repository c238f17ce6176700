"""Calls a private host through the proxy with requests; botocore, which every Python runtime of Lambda has, signs.

    TAILSCALE_PROXY_URL=https://….on.aws AWS_REGION=… TARGET_HOST=100.64.0.1 TARGET_PORT=8080 python with_requests.py /ping

Credentials come from botocore's default chain. Exit status 2: the proxy responded with an error; 1: the request was not
made, for example because requests would rewrite its path (with_botocore.py does not).
"""

import os
import sys
from urllib.parse import urlsplit

import request_target
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session


class LambdaAuth(requests.auth.AuthBase):
    """Signs a request for a Function URL as requests will send it, with credentials as they are at that moment."""

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
        url = urlsplit(request.url)
        signed = AWSRequest(
            method=request.method,
            url=f"{url.scheme}://{url.netloc}{url.path}?{request_target.canonical_query(url.query)}",
            data=request.body or b"",
            headers=to_sign,
        )
        SigV4Auth(self.session.get_credentials(), "lambda", self.region).add_auth(signed)
        request.headers.update(dict(signed.headers))
        return request


def sent(url):
    """The path and query that requests makes of a URL: it resolves dots and encodes some characters, others anew."""
    path = requests.Request("GET", url).prepare().path_url
    return "/" + path.lstrip("/") if path.startswith("//") else path


def main():
    path = request_target.of_command_line()
    url = request_target.of_proxy() + path
    if sent(url) != path:
        sys.exit(f"requests would send {sent(url)} in place of {path}; ask for that, or take with_botocore.py")
    with requests.Session() as proxy:
        proxy.auth = LambdaAuth(os.environ["AWS_REGION"])
        proxy.headers.update({"ts-target-ip": os.environ["TARGET_HOST"], "ts-target-port": os.environ["TARGET_PORT"]})
        response = proxy.get(url, timeout=60, allow_redirects=False)
    if "ts-error-name" in response.headers:
        print(
            f"the proxy responded with {response.headers['ts-error-name']}: {response.headers['ts-error-message']}",
            file=sys.stderr,
        )
        return 2
    sys.stdout.buffer.write(response.content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
