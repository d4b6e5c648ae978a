"""What every answer over HTTP has in common: PROTOCOL.md H3, and bodies that come and go in pieces."""

import contextlib
import gzip
import json
import select
import socket
from http.server import BaseHTTPRequestHandler

from logs import CHANGED

#: What is left of a refused body is read for a while, so that its sender gets to see the answer.
LINGER_SECONDS, LINGER_BYTES = 2, 16 * 1024 * 1024
JSON, TEXT = "application/json; charset=utf-8", "text/plain; charset=utf-8"
#: A smaller body is not worth compressing.
WORTH_COMPRESSING = 1024


class Problem(Exception):
    """An answer that is an error; the message says what to do."""

    def __init__(self, status, detail, headers=(), **facts):
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers)
        self.facts = facts


class Broken(Exception):
    """The other side is gone, or is to be told by a broken answer."""


def log_headers(log):
    """H11."""
    with CHANGED:
        headers = {"Log-Epoch": log.epoch, "Log-First": 1, "Log-Head": log.head}
        return headers if log.end is None else {**headers, "Log-End": log.end}


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def send(self, status, body=b"", kind=None, headers=()):
        """A whole answer; compressed where that is wanted (H15)."""
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

    def send_json(self, value, headers):
        self.send(200, json.dumps(value, ensure_ascii=False).encode(), JSON, headers)

    def begin_stream(self, kind):
        """Begins an answer without an end; whether anything follows its head."""
        # H32: nothing in between is to hold it back.
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
        """Waits for a change of a log. Who has gone away is noticed, too. Raises Broken."""
        CHANGED.wait(seconds)
        if select.select([self.connection], [], [], 0)[0] and not self.connection.recv(1, socket.MSG_PEEK):
            raise Broken

    def body(self):
        """The body of the request, in pieces as they arrive. Raises Broken when it breaks off."""
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
        """Addresses have signed topics in them: they are written nowhere."""

    def _send_head(self, status, headers):
        self.send_response(status)
        common = {"X-Content-Type-Options": "nosniff", "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-store"}
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
