#!/usr/bin/env python3
"""The managed Python runtime in short: a function's handler, invocation by invocation, as _HANDLER names it."""

import importlib
import json
import os
import sys
import traceback
import urllib.request

RUNTIME = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"

# Never through a proxy that the environment names.
runtime = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post(path, body):
    with runtime.open(urllib.request.Request(RUNTIME + path, json.dumps(body).encode("utf-8"))) as response:
        response.read()


def serve(handler):
    with runtime.open(RUNTIME + "invocation/next") as invocation:
        request = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(invocation)
    try:
        result = handler(event, None)
    except Exception as failure:
        traceback.print_exc()
        post(
            "invocation/" + request + "/error",
            {"errorType": type(failure).__name__, "errorMessage": str(failure)},
        )
    else:
        post("invocation/" + request + "/response", result)


sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
module, function = os.environ["_HANDLER"].rsplit(".", 1)
handler = getattr(importlib.import_module(module), function)
while True:
    serve(handler)
