"""Connections as applications have them: used for several requests, and replaced after a failure or when they are old."""

import http.client
import socket

import gevent

RESOLVE_SECONDS = 2
# Two SYNs may be lost: the third one is sent after 3 s.
CONNECT_SECONDS = 4
RESPONSE_SECONDS = 5
REQUESTS_A_CONNECTION = 20


class AttemptFailed(Exception):
    """One attempt failed; the message is the cause, a word."""


class Silent(Exception):
    """Nothing came in time."""


def connected(address):
    connection = socket.create_connection(address)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Connection:
    """Opens one when there is none. Every step of an attempt has a time limit, name resolution included."""

    def __init__(self, host, port):
        self._host, self._port = host, port
        self._open = None
        self._requests = 0

    def exchange(self, identity, seconds):
        """One attempt, in at most so many seconds; raises AttemptFailed, after which the connection is another one."""
        step = "kept"
        try:
            with gevent.Timeout(seconds, Silent):
                if self._open is None:
                    step = "resolve"
                    with gevent.Timeout(RESOLVE_SECONDS, Silent):
                        address = self.resolve()
                    step = "connect"
                    with gevent.Timeout(CONNECT_SECONDS, Silent):
                        self._open = self.connect(address)
                    self._requests = 0
                    step = "new"
                self._requests += 1
                with gevent.Timeout(RESPONSE_SECONDS, Silent):
                    last = self.send_and_receive(self._open, identity)
            if last or self._requests == REQUESTS_A_CONNECTION:
                self.close()
        except AttemptFailed:
            self.close()
            raise
        except Silent:
            self.close()
            raise AttemptFailed("%s:silent" % step) from None
        except (OSError, http.client.HTTPException) as failure:
            self.close()
            raise AttemptFailed("%s:%s" % (step, type(failure).__name__)) from failure

    def close(self):
        if self._open is not None:
            self._open.close()
            self._open = None

    def resolve(self):
        """The address of the Service: host and port."""
        return socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)[0][4][:2]

    def connect(self, address):
        raise NotImplementedError

    def send_and_receive(self, connection, identity):
        """Whether the server said that this response is the connection's last."""
        raise NotImplementedError


class HttpConnection(Connection):
    """Requests through the gateway to a target that responds with what it received."""

    def __init__(self, method, host, port, target_fields):
        super().__init__(host, port)
        self._method = method
        self._target_fields = target_fields

    def connect(self, address):
        connection = http.client.HTTPConnection(self._host, self._port)
        connection.sock = connected(address)
        return connection

    def send_and_receive(self, connection, identity):
        body = identity.encode() if self._method == "POST" else None
        connection.request(self._method, "/echo?id=" + identity, body, dict(self._target_fields))
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise AttemptFailed("%d:%s" % (response.status, response.getheader("ts-error-name", "target")))
        if identity.encode() not in content:
            raise AttemptFailed("crossed")
        return response.will_close


class QueryConnection(Connection):
    """Queries of a Redis server, which a TCP forward leads to."""

    def connect(self, address):
        return connected(address)

    def send_and_receive(self, connection, identity):
        connection.sendall(b"*2\r\n$4\r\nECHO\r\n$%d\r\n%s\r\n" % (len(identity), identity.encode()))
        expected = b"$%d\r\n%s\r\n" % (len(identity), identity.encode())
        received = b""
        while len(received) < len(expected):
            part = connection.recv(4096)
            if not part:
                raise AttemptFailed("kept:end" if self._requests > 1 else "new:end")
            received += part
        if received != expected:
            raise AttemptFailed("crossed")
        return False
