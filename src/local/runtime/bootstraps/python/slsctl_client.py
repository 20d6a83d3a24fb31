"""The Runtime API for the Python bootstrap."""
import os
from _operator import methodcaller
from _socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, socket

API = b"/2018-06-01/runtime"
REQUEST_ID = "Lambda-Runtime-Aws-Request-Id"


class RuntimeClient:
    """One connection, on which an answer and the wish for the next invocation leave together."""

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
        """Headers, by the names that the local AWS gives them, and body of the next response."""
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
            # That was about the answer to the last one.
            headers, event = self.receive()
        return headers, event


# Name and value.
field_of = methodcaller("split", ": ", 1)


def connection(address):
    """The one that the process was started with, or one of its own."""
    inherited = os.environ.pop("_SLSCTL_SOCKET", None)
    if inherited:
        # Programs that the function starts have no business on it.
        os.set_inheritable(int(inherited), False)
        return socket(fileno=int(inherited))
    name, _, port = address.partition(":")
    own = socket(AF_INET, SOCK_STREAM)
    own.connect((name, int(port)))
    own.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return own
