"""What became of each request: one line of CSV, written when it is over."""

import os
import time


class Records:
    """The file of all of them."""

    COLUMNS = "kind,id,start,millis,attempts,longest,outcome,causes"

    def __init__(self, path):
        self._file = open(path, "w", encoding="ascii", buffering=1)
        self._file.write(self.COLUMNS + "\n")
        self._prefix = "%x" % os.getpid()
        self._number = 0

    def begin(self, kind):
        """A request that starts now."""
        self._number += 1
        return Record(self, kind, "%s-%s-%d" % (kind, self._prefix, self._number))

    def write(self, *values):
        self._file.write(",".join(str(value) for value in values) + "\n")


class Record:
    """A request: its attempts, their failures, its end."""

    def __init__(self, records, kind, identity):
        self.id = identity
        self.attempts = 0
        self._records = records
        self._kind = kind
        self._start = time.time()
        self._clock = time.monotonic()
        self._attempt_clock = self._clock
        self._longest = 0
        self._causes = []

    def begin_attempt(self):
        self.attempts += 1
        self._attempt_clock = time.monotonic()

    def failed(self, cause):
        """The end of an attempt that failed."""
        self._end_attempt()
        self._causes.append(cause)

    def succeeded(self):
        """The end of an attempt that did not, and of the request."""
        self._end_attempt()
        return self._end("ok")

    def lost(self):
        return self._end("lost")

    @property
    def millis(self):
        return round((time.monotonic() - self._clock) * 1000)

    @property
    def causes(self):
        return "|".join(self._causes)

    def _end_attempt(self):
        self._longest = max(self._longest, round((time.monotonic() - self._attempt_clock) * 1000))

    def _end(self, outcome):
        self._records.write(
            self._kind,
            self.id,
            round(self._start * 1000),
            self.millis,
            self.attempts,
            self._longest,
            outcome,
            self.causes,
        )
        return outcome
