"""The Runtime API for the Python bootstrap."""
import os
from _operator import methodcaller
from _socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, socket

API = b"/2018-06-01/runtime"
REQUEST_ID = "Lambda-Runtime-Aws-Request-Id"


class RuntimeClient:
    """One connection. An answer and the request for the next invocation are sent together."""

    def __init__(self, address):
        self.host = b"Host: " + address.encode() + b"\r\n"
        self.next_request = b"GET " + API + b"/invocation/next HTTP/1.1\r\n" + self.host + b"\r\n"
        self.socket = connection(address)
        self.received = b""

    def post(self, path, body, headers=b""):
        return (
            b"POST " + API + path + b" HTTP/1.1\r\n" + self.host + b"Content-Type: application/json\r\n"
            + headers + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
        )  # fmt: skip

    def send(self, requests):
        self.socket.sendall(requests)

    def receive(self):
        """Headers, by their names from the local AWS, and body of the next response."""
        received = self.received or self.more()
        while b"\r\n\r\n" not in received:
            received += self.more()
        head, _, body = received.partition(b"\r\n\r\n")
        headers = dict(map(field_of, head.decode("latin-1").split("\r\n")[1:]))
        size = int(headers["Content-Length"])
        if len(body) < size:
            parts, missing = [body], size - len(body)
            while missing > 0:
                part = self.more()
                parts.append(part)
                missing -= len(part)
            body = b"".join(parts)
        self.received = body[size:]
        return headers, body[:size]

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("The local AWS is gone")
        return data

    def next(self):
        """Headers and event of the next invocation."""
        headers, event = self.receive()
        if REQUEST_ID not in headers:
            # That was the response to the previous answer.
            headers, event = self.receive()
        return headers, event


# Splits a header into name and value.
field_of = methodcaller("split", ": ", 1)


def connection(address):
    """The inherited connection, or a new one."""
    inherited = os.environ.pop("_SLSCTL_SOCKET", None)
    if inherited:
        # Child processes of the function must not use it.
        os.set_inheritable(int(inherited), False)
        return socket(fileno=int(inherited))
    name, _, port = address.partition(":")
    own = socket(AF_INET, SOCK_STREAM)
    own.connect((name, int(port)))
    own.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return own
