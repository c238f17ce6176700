"""Calls a private host through the proxy with botocore alone, which every Python runtime of Lambda has.

    TAILSCALE_PROXY_URL=https://….on.aws AWS_REGION=… TARGET_HOST=100.64.0.1 TARGET_PORT=8080 python with_botocore.py /ping

Credentials come from botocore's default chain. Exit status 2: the proxy answered with an error.
"""

import os
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from botocore.session import Session


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "/"
    request = AWSRequest(
        method="GET",
        url=os.environ["TAILSCALE_PROXY_URL"].rstrip("/") + path,
        headers={"ts-target-ip": os.environ["TARGET_HOST"], "ts-target-port": os.environ["TARGET_PORT"]},
    )
    SigV4Auth(Session().get_credentials(), "lambda", os.environ["AWS_REGION"]).add_auth(request)
    response = URLLib3Session(timeout=60).send(request.prepare())
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
