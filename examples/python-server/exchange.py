"""What all HTTP responses have in common: PROTOCOL.md H3, and streamed bodies."""

import contextlib
import gzip
import json
import select
import socket
from http.server import BaseHTTPRequestHandler

from logs import CHANGED

#: The rest of a refused body is read for a while, so that its sender receives the response.
LINGER_SECONDS, LINGER_BYTES = 2, 16 * 1024 * 1024
IMMUTABLE = "private, max-age=31536000, immutable"
#: What this server can do beyond the required rules (H17).
FEATURES = ["marks", "seek"]
JSON, TEXT = "application/json; charset=utf-8", "text/plain; charset=utf-8"
#: Smaller bodies are not worth compressing.
WORTH_COMPRESSING = 1024


class Problem(Exception):
    """An error response; the message says what to do."""

    def __init__(self, status, detail, headers=(), **facts):
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers)
        self.facts = facts


class Broken(Exception):
    """The client is gone, or has to be told by cutting off the response."""


def log_headers(log):
    """H11."""
    with CHANGED:
        headers = {"Log-Epoch": log.epoch, "Log-First": 1, "Log-Head": log.head}
        return headers if log.end is None else {**headers, "Log-End": log.end}


class Exchange(BaseHTTPRequestHandler):
    """One request and its response."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def send(self, status, body=b"", kind=None, headers=()):
        """Sends a whole response, compressed if the client accepts it (H15)."""
        headers = dict(headers)
        if kind is not None:
            headers["Content-Type"] = kind
            if len(body) >= WORTH_COMPRESSING and "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, 3)
                headers["Content-Encoding"] = "gzip"
        if status != 204:
            headers["Content-Length"] = len(body)
        self._send_head(status, headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def check_log(self, log):
        """H12: raises Problem when there is no such log, or another one than the request names."""
        if not log.exists:
            raise Problem(404, "Nothing has been written to this log yet.")
        self.check_epoch(log)

    def check_epoch(self, log):
        if self.query.get("epoch") not in (None, "", log.epoch):
            raise Problem(409, "The log was replaced: read it from the start.", log_headers(log))

    def send_json(self, value, headers):
        self.send(200, json.dumps(value, ensure_ascii=False).encode(), JSON, headers)

    def begin_stream(self, kind):
        """Begins a response without a length; returns whether a body follows the head."""
        # H32: no proxy may buffer it.
        unbuffered = {"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"}
        self._send_head(200, {"Content-Type": kind, **unbuffered, "Transfer-Encoding": "chunked"})
        return self.command != "HEAD"

    def send_chunk(self, data):
        if data:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def end_stream(self):
        self.wfile.write(b"0\r\n\r\n")

    def refuse(self, problem):
        title = self.responses[problem.status][0]
        body = json.dumps({"title": title, "status": problem.status, "detail": str(problem), **problem.facts}).encode()
        has_body = "Content-Length" in self.headers or "Transfer-Encoding" in self.headers
        headers = {**problem.headers, **({"Connection": "close"} if has_body else {})}
        with contextlib.suppress(OSError):
            self.send(problem.status, body, "application/problem+json", headers)
            if has_body:
                self._linger()

    def wait(self, seconds):
        """Waits for a change of a log. Raises Broken when the client is gone."""
        CHANGED.wait(seconds)
        if select.select([self.connection], [], [], 0)[0] and not self.connection.recv(1, socket.MSG_PEEK):
            raise Broken

    def body(self):
        """The body of the request, in pieces as they arrive. Raises Broken when it is cut off."""
        try:
            if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
                yield from self._bytes(int(self.headers.get("Content-Length", 0)))
                return
            while (size := int(self._line().partition(b";")[0], 16)) > 0:
                yield from self._bytes(size)
                self._line()
            while self._line():
                pass
        except (ValueError, OSError):
            raise Broken from None

    def log_message(self, *_):
        """Logs nothing: addresses may contain signed topics."""

    def _send_head(self, status, headers):
        self.send_response(status)
        common = {"X-Content-Type-Options": "nosniff", "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-store"}
        if self.command in ("GET", "HEAD"):
            common["Log-Has"] = ", ".join(FEATURES)
        for name, value in {**common, **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()

    def _linger(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(LINGER_SECONDS)
        left = LINGER_BYTES
        while left > 0 and (data := self.rfile.read1(65536)):
            left -= len(data)

    def _line(self):
        line = self.rfile.readline(1024)
        if not line.endswith(b"\n"):
            raise Broken
        return line.rstrip(b"\r\n")

    def _bytes(self, size):
        while size > 0:
            data = self.rfile.read1(min(size, 65536))
            if not data:
                raise Broken
            size -= len(data)
            yield data
