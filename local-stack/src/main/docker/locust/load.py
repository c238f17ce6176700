"""The load: users that send short requests one after the other, all of them with an identity.

  get    GET through the gateway's HTTP port. It is idempotent, so the client repeats it (RFC 9110 section 9.2.2): once,
         at once, on a new connection, after an attempt that failed: without a response, or with an error's status.
  post   POST through the gateway's HTTP port, which is never repeated.
  query  a query of a database through a TCP forward. The client connects again after a failure, every 50 ms, and has lost
         the query after 5 s.

An attempt fails as "silent" when its name was not resolved after 2 s, its connection not open after 4 s, or without a
response after 5 s.
"""

import os
import time

from locust import User, constant, task

from connections import CONNECT_SECONDS, RESOLVE_SECONDS, RESPONSE_SECONDS, AttemptFailed, HttpConnection, QueryConnection
from records import Records

ATTEMPT_SECONDS = RESOLVE_SECONDS + CONNECT_SECONDS + RESPONSE_SECONDS
QUERY_SECONDS = 5
BETWEEN_QUERY_ATTEMPTS_SECONDS = 0.05
BETWEEN_REQUESTS_SECONDS = 0.2

RECORDS = Records(os.environ["RECORDS"])
HTTP_HOST, HTTP_PORT = os.environ["GATEWAY"].rsplit(":", 1)
QUERY_HOST, QUERY_PORT = os.environ["DATABASE"].rsplit(":", 1)
TARGET_HOST, TARGET_PORT = os.environ["TARGET"].rsplit(":", 1)
TARGET_FIELDS = {"ts-target-ip": TARGET_HOST, "ts-target-port": TARGET_PORT}


class ShortRequests(User):
    """Sends its kind of request again and again."""

    abstract = True
    wait_time = constant(BETWEEN_REQUESTS_SECONDS)
    kind = ""
    attempts = 1
    seconds = ATTEMPT_SECONDS
    between_attempts_seconds = 0

    def open(self):
        raise NotImplementedError

    def on_start(self):
        self.connection = self.open()

    def on_stop(self):
        self.connection.close()

    @task
    def request(self):
        record = RECORDS.begin(self.kind)
        outcome = self.complete(record)
        self.environment.events.request.fire(
            request_type=self.kind,
            name=self.kind,
            response_time=record.millis,
            response_length=0,
            exception=None if outcome == "ok" else AttemptFailed(record.causes),
        )

    def complete(self, record):
        end = time.monotonic() + self.seconds
        while record.attempts < self.attempts and time.monotonic() < end:
            record.begin_attempt()
            try:
                self.connection.exchange(record.id, end - time.monotonic())
                return record.succeeded()
            except AttemptFailed as failure:
                record.failed(str(failure))
                time.sleep(self.between_attempts_seconds)
        return record.lost()


class Getter(ShortRequests):
    kind = "get"
    fixed_count = 20
    attempts = 2
    seconds = 2 * ATTEMPT_SECONDS

    def open(self):
        return HttpConnection("GET", HTTP_HOST, int(HTTP_PORT), TARGET_FIELDS)


class Poster(ShortRequests):
    kind = "post"
    fixed_count = 10

    def open(self):
        return HttpConnection("POST", HTTP_HOST, int(HTTP_PORT), TARGET_FIELDS)


class Querier(ShortRequests):
    kind = "query"
    fixed_count = 10
    attempts = 1000
    seconds = QUERY_SECONDS
    between_attempts_seconds = BETWEEN_QUERY_ATTEMPTS_SECONDS

    def open(self):
        return QueryConnection(QUERY_HOST, int(QUERY_PORT))
