"""moto's server, whose Secrets Manager invokes a rotation function in a Lambda Runtime Interface Emulator.

moto itself would start the function in Docker. Here the last part of the function's ARN is the name under which the
emulator is reached. As AWS does, it repeats a rotation whose step failed, with the same version. A test can hold one
call of the function, to end the function meanwhile.
"""

import json
import secrets
import threading
import urllib.error
import urllib.request

from moto.awslambda.models import LambdaBackend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.secretsmanager.exceptions import InvalidRequestException
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends
from werkzeug.serving import run_simple

PORT = 5000
ATTEMPTS = 3
TIMEOUT_SECONDS = 60
STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]
INVOCATIONS = "http://%s:8080/2015-03-31/functions/function/invocations"


class StepFailed(Exception):
    """The function did not do a step."""


def call(function_arn, event):
    """Invokes the function. The emulator responds 200 to a failed invocation as well."""
    url = INVOCATIONS % function_arn.rpartition(":")[2]
    request = urllib.request.Request(url, json.dumps(event).encode())
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            result = json.loads(response.read() or "null")
    except (OSError, ValueError) as failure:
        raise StepFailed(str(failure)) from failure
    if result != event["Step"]:
        raise StepFailed(json.dumps(result))


def invoke(backend, function_name, qualifier, body, headers, response_headers):
    """One step of moto's loop. A repeat starts at the first step; the set-up of a rotation has testSecret alone."""
    event = json.loads(body)
    event["SecretId"] = arn_of(backend, event["SecretId"])
    event["RotationToken"] = secrets.token_hex(16)
    last = STEPS.index(event["Step"])
    steps = [event["Step"]]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            for step in steps:
                call(function_name, dict(event, Step=step))
            print("rotation of", event["SecretId"], event["Step"], "is done", flush=True)
            return "null"
        except StepFailed as failure:
            print("rotation of", event["SecretId"], event["Step"], "failed:", failure, flush=True)
            steps = STEPS[: last + 1]
            if attempt == ATTEMPTS:
                raise


def arn_of(backend, name):
    """AWS sends the ARN, moto the name."""
    return secretsmanager_backends[backend.account_id][backend.region_name].secrets[name].arn


def rotate_secret(backend, secret_id, *arguments, **named):
    """As AWS, refuses a rotation beside another one, and not, as moto does, one after another."""
    for version in backend.secrets[secret_id].versions.values():
        stages = version["version_stages"]
        if "AWSPENDING" in stages and "AWSCURRENT" not in stages:
            raise InvalidRequestException("A previous rotation isn't complete. That rotation will be reattempted.")
        if "AWSPENDING" in stages:
            stages.remove("AWSPENDING")
    return moto_rotate_secret(backend, secret_id, *arguments, **named)


moto_rotate_secret = SecretsManagerBackend.rotate_secret
SecretsManagerBackend.rotate_secret = rotate_secret
LambdaBackend.invoke = invoke
LambdaBackend.get_function = lambda backend, name, qualifier=None: None


class Holds:
    """Holds the next call of an action, before it has an effect or before its response, until it is released."""

    def __init__(self, application):
        self.application = application
        self.armed = None
        self.released = threading.Event()
        self.holding = False

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/hold":
            return self.control(environ, start_response)
        action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        if self.armed is None or self.armed["action"] != action:
            return self.application(environ, start_response)
        moment, self.armed = self.armed["moment"], None
        if moment == "before":
            self.wait(action, moment)
            return respond(start_response, "500 Internal Server Error", {})
        response = list(self.application(environ, start_response))
        self.wait(action, moment)
        return response

    def wait(self, action, moment):
        print("holding", action, moment, flush=True)
        self.holding = True
        self.released.wait()
        self.holding = False

    def control(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            self.released.clear()
            self.armed = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        elif environ["REQUEST_METHOD"] == "DELETE":
            self.released.set()
        return respond(start_response, "200 OK", {"holding": self.holding})


def respond(start_response, status, content):
    body = json.dumps(content).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    run_simple(
        "0.0.0.0",
        PORT,
        Holds(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
