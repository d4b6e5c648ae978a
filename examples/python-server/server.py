#!/usr/bin/env python3
"""A log server of the log-stream protocol, version 1, with nothing but the standard library. Logs are kept in memory.

Written from PROTOCOL.md alone; the rules that a piece of code stands for are named beside it.
"""

import argparse
import os
import re
import signal
import sys
import threading
import urllib.parse
from http.server import ThreadingHTTPServer

import viewer
import websocket
from appending import Appending
from exchange import TEXT, Broken, Problem
from finding import Finding
from logs import CHANGED, Logs
from reading import Reading
from topics import CHANNEL, Refused, read_secrets, verify

BASE = "/log-stream"
#: Longest time that viewers get to disconnect, seconds.
FAREWELL = 5
#: H70: what a log can be asked for; the channel is the rest of the path.
RESOURCE = re.compile(r"/(?P<resource>topics|levels|groups|seek)/(?P<channel>.*)", re.DOTALL)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


class Handler(Reading, Appending, Finding):
    def handle_request(self):
        """Handles all methods."""
        path, _, query = self.path.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        try:
            if path == BASE and self.headers.get("Upgrade", "").lower() == "websocket":
                self._open_socket()
            elif path == BASE and self.command in ("GET", "HEAD"):
                self._tell_of_socket()
            elif path == f"{BASE}/health" and self.command in ("GET", "HEAD"):
                self.send(200, b"ok\n", TEXT)
            elif (found := RESOURCE.match(path.removeprefix(BASE))) and path.startswith(BASE):
                self._answer_log(found["resource"], channel_of(found["channel"]))
            else:
                raise Problem(404, f"Logs are at {BASE}/topics/CHANNEL.")
        except Problem as problem:
            self.refuse(problem)
        except (Broken, OSError):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_request

    def _answer_log(self, resource, channel):
        methods = METHODS if resource == "topics" else METHODS[:2]
        if self.command not in methods:
            raise Problem(405, f"Use one of {', '.join(methods)}.", {"Allow": ", ".join(methods)})
        claims = self._authenticate(channel)
        with self.server.logs.use(channel) as log:
            if resource != "topics":
                {"levels": self.levels, "groups": self.groups, "seek": self.seek}[resource](log)
            elif self.command in ("POST", "PUT"):
                self.append(log, lambda: require_write(claims))
            elif self.command == "DELETE":
                require_remove(claims)
                if not log.remove():
                    raise Problem(404, "There is no such log.")
                self.send(204)
            else:
                self.read(channel, log)

    def _authenticate(self, channel):
        """H1, H2: these two refusals come before all others."""
        scheme, _, bearer = self.headers.get("Authorization", "").partition(" ")
        signed = bearer.strip() if scheme.lower() == "bearer" else self.query.get("topic", "").replace(" ", "+")
        try:
            claims = verify(self.server.secrets, signed)
        except Refused as refused:
            raise Problem(401, str(refused), {"WWW-Authenticate": "Bearer"}) from None
        if claims["c"] != channel:
            raise Problem(403, "This topic was signed for another channel.")
        return claims

    def _check_origin(self):
        """H4: allows only pages of the same origin. A request without Origin does not come from a page."""
        origin, host = self.headers.get("Origin"), self.headers.get("Host", "")
        is_same = urllib.parse.urlsplit(origin or "").netloc == host or self.headers.get("Sec-Fetch-Site") == "same-origin"
        if origin is not None and not is_same:
            detail = f"Pages from {origin} may not use this server, which serves pages of its own Host ({host}) only."
            raise Problem(403, detail, code="origin", origin=origin, host=host)

    def _tell_of_socket(self):
        """H7: tells any page how a WebSocket handshake of it would be answered."""
        try:
            self._check_origin()
            raise Problem(426, "Send Upgrade: websocket.", code="upgrade", host=self.headers.get("Host", ""))
        except Problem as problem:
            problem.headers["Access-Control-Allow-Origin"] = "*"
            raise

    def _open_socket(self):
        """W2, W3."""
        self._check_origin()
        offered = [name.strip() for name in self.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", websocket.accept(self.headers.get("Sec-WebSocket-Key", "")))
        if viewer.SUBPROTOCOL in offered:
            self.send_header("Sec-WebSocket-Protocol", viewer.SUBPROTOCOL)
        self.end_headers()
        self.close_connection = True
        one = viewer.Viewer(self.server.logs, self.server.secrets, self.rfile, self.connection)
        with CHANGED:
            self.server.viewers.add(one)
        try:
            one.run()
        finally:
            with CHANGED:
                self.server.viewers.discard(one)
                CHANGED.notify_all()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, secrets):
        super().__init__(address, Handler)
        self.secrets = secrets
        self.logs = Logs()
        self.viewers = set()
        self.is_closing = False

    def close(self):
        """Disconnects all viewers with a goodbye (W25), and ends all responses."""
        with CHANGED:
            self.is_closing = True
            for one in self.viewers:
                one.bye()
            CHANGED.notify_all()
            CHANGED.wait_for(lambda: not self.viewers, FAREWELL)
        self.shutdown()

    def handle_error(self, request, client_address):
        # A client that goes away is not an error.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def channel_of(path):
    """H6: decoded once."""
    try:
        channel = urllib.parse.unquote(path, errors="strict")
    except UnicodeDecodeError:
        channel = ""
    if not CHANNEL.match(channel) or any(segment in ("", ".", "..") for segment in channel.split("/")):
        raise Problem(400, "Not a valid channel.")
    return channel


def has(claims, right):
    """T3. In Python, True is 1."""
    return claims.get(right) is not True and claims.get(right) == 1


def require_write(claims):
    if not has(claims, "w"):
        raise Problem(403, "This topic is read-only.")


def require_remove(claims):
    """T3, H51."""
    if not has(claims, "d"):
        raise Problem(403, "This topic does not allow removing the log.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8787)
    parser.add_argument("--heartbeat", type=float, default=viewer.HEARTBEAT, metavar="SECONDS")
    options = parser.parse_args()
    try:
        secrets = read_secrets(os.environ.get("LOG_STREAM_SECRET", ""))
    except ValueError as error:
        sys.exit(f"LOG_STREAM_SECRET: {error}")
    viewer.HEARTBEAT = options.heartbeat
    server = Server((options.host, options.port), secrets)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.close).start())
    print(f"The logs are at http://{options.host}:{server.server_port}{BASE}", flush=True)
    with server:
        server.serve_forever()


if __name__ == "__main__":
    main()
