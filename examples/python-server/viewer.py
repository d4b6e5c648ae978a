"""One viewer's WebSocket: PROTOCOL.md section 3. It keeps a cursor for each log, and no queue of lines."""

import contextlib
import json
import re
import socket
import struct
import threading
import time

import websocket
from exchange import FEATURES
from logs import CHANGED, Part
from topics import Refused, read, verify

SUBPROTOCOL = "log-stream.v1"
HEARTBEAT = 15.0
#: A viewer that accepts nothing for this many seconds is disconnected.
STALL = 60
POSITION = re.compile(r"([^-\s]{1,64})-(0|[1-9]\d{0,15})\Z")
NUMBER = re.compile(r"(0|[1-9]\d{0,15})\Z")
ENTRIES, TOPICS, HEADS, MALFORMED = 25, 1000, 100, 3
#: Lines in one msg, and responses that may be queued before the server stops reading frames.
MESSAGE_LINES, ANSWERS = 200, 100


def parse_position(asked):
    """Parses a position (W30): "now", or (epoch or None, offset). Raises ValueError."""
    if asked == "":
        return "now"
    if asked == "-0":
        return None, 0
    text = str(asked) if type(asked) is int else asked
    if isinstance(text, str):
        if NUMBER.match(text):
            return None, int(text)
        if match := POSITION.match(text):
            return match[1], int(match[2])
    raise ValueError


def place(log, asked):
    """Where a subscription continues (W13, W14): the offset and the state."""
    if asked == "now":
        start, state = log.head, None
    else:
        epoch, start = asked
        state = "reset" if start > log.head or epoch not in (None, log.epoch) else None
        start = 0 if state else start
    if not log.is_replayable(start):
        start, state = log.head, state or "skipped"
    return start, state or ("live" if log.end is None else "ended")


def frame(kind, channel, off, **more):
    return {"e": kind, "ch": channel, "off": off, **more}


class Cursor:
    """A cursor in one log, for one socket or stream of events. Used only under the lock."""

    def __init__(self, channel, log):
        self.channel = channel
        self.log = log
        self.part = Part()
        self.spoke = False

    def move(self, asked):
        """Moves the cursor; returns the ack that announces it (W11)."""
        offset, state = place(self.log, asked)
        return self.go_to(offset, state)

    def go_to(self, offset, state):
        self.offset = offset
        self.incarnation = self.log.incarnation
        self.told_end = False
        self.spoke = True
        self.part.forget()
        return frame("ack", self.channel, self.log.position(offset), first=1, st=state)

    def take(self, skips):
        """The next frames, and after how many seconds to call again, or None. `skips`: whether to skip what is longer than a replay (W17)."""
        log = self.log
        if self.incarnation is not log.incarnation:
            return [self.move(("-", 0)) if skips else self.go_to(0, "reset")], 0
        if skips and not log.is_replayable(self.offset):
            return [self.go_to(log.head, "skipped")], 0
        if self.offset < log.head:
            lines = log.lines[self.offset : self.offset + MESSAGE_LINES]
            self.offset += len(lines)
            self.spoke = True
            self.part.forget()
            return [frame("msg", self.channel, log.position(self.offset), data={"lines": lines})], 0
        if log.end is not None and not self.told_end:
            self.told_end = True
            self.spoke = True
            return [frame("end", self.channel, log.position(self.offset), data={"code": log.end})], 0
        parts, again = self.part.take(log)
        return [frame("part", self.channel, log.position(self.offset), data={"line": line}) for line in parts], again


class Viewer:
    def __init__(self, logs, secrets, stream, connection):
        self._logs = logs
        self._secrets = secrets
        self._stream = stream
        self._connection = connection
        self._sending = threading.Lock()
        self._cursors = {}
        self._answers = []
        self._probed = False
        self._malformed = []
        self._bye = None
        self._is_over = False

    def run(self):
        """Reads until the socket is closed. Responses go through the sending thread, so that they stay in order."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", STALL, 0))
        sender = threading.Thread(target=self._send_all, daemon=True)
        self._answers.append({"e": "hello", "v": 1, "hb": int(HEARTBEAT * 1000), "has": FEATURES})
        sender.start()
        code = 1000
        try:
            for opcode, payload in websocket.messages(self._stream, self._send):
                self._receive(opcode, payload)
        except websocket.Closing as closing:
            code = closing.code
        except (EOFError, OSError):
            code = None
        with CHANGED:
            self._is_over = True
            CHANGED.notify_all()
        sender.join()
        if code is not None:
            self._try_send(websocket.encode(websocket.CLOSE, code.to_bytes(2, "big")))
        for channel in self._cursors:
            self._logs.release(channel)

    def bye(self):
        """Disconnects the viewer, since the server shuts down (W25)."""
        with CHANGED:
            self._bye = {"e": "bye", "reason": "shutdown", "retry": [0, 5000]}
            CHANGED.notify_all()

    def _receive(self, opcode, payload):
        try:
            asked = json.loads(payload) if opcode == websocket.TEXT else None
            subscribe, unsubscribe = asked.get("subscribe", {}), asked.get("unsubscribe", [])
            if not isinstance(subscribe, dict) or not all(isinstance(topic, str) for topic in unsubscribe) or isinstance(unsubscribe, str):
                raise ValueError
        except (ValueError, AttributeError, TypeError, RecursionError):
            self._count_malformed()
            return
        with CHANGED:
            CHANGED.wait_for(lambda: len(self._answers) < ANSWERS or self._is_over)
            for topic in unsubscribe:
                self._unsubscribe(topic)
            entries = list(subscribe.items())
            for topic, position in entries[:ENTRIES]:
                self._answers.append(self._subscribe(topic, position))
            # One response for all entries beyond the limit (W12).
            if len(entries) > ENTRIES:
                self._answers.append({"e": "err", "code": "limit", "message": f"A frame subscribes at most {ENTRIES} topics."})
            self._probed = self._probed or "hb" in asked
            CHANGED.notify_all()

    def _count_malformed(self):
        now = time.monotonic()
        self._malformed = [then for then in self._malformed if now - then < 60] + [now]
        with CHANGED:
            self._answers.append({"e": "err", "code": "malformed", "message": "Send a JSON object, as text."})
            CHANGED.notify_all()
        if len(self._malformed) == MALFORMED:
            raise websocket.Closing(4400)

    def _subscribe(self, topic, position):
        """The one response to an entry (W12)."""
        try:
            channel = verify(self._secrets, topic)["c"]
            asked = parse_position(position)
            if channel not in self._cursors:
                if len(self._cursors) == TOPICS:
                    raise Refused("limit", f"A socket follows at most {TOPICS} topics: unsubscribe from some first.")
                self._cursors[channel] = Cursor(channel, self._logs.acquire(channel))
        except ValueError:
            return {"e": "err", "topic": topic, "code": "malformed", "message": 'Send EPOCH-OFFSET, -0, a number, or "".'}
        except Refused as refused:
            return {"e": "err", "topic": topic, "code": refused.code, "message": str(refused)}
        return self._cursors[channel].move(asked)

    def _unsubscribe(self, topic):
        try:
            channel = read(topic)["c"]
        except Refused:
            return
        if self._cursors.pop(channel, None) is not None:
            self._logs.release(channel)

    def _send_all(self):
        """Sends frames, and waits while there are none. A slow viewer delays only its own thread."""
        beat = time.monotonic() + HEARTBEAT
        is_over = False
        while not is_over:
            with CHANGED:
                frames, again = self._next_frames()
                if time.monotonic() >= beat:
                    beat = time.monotonic() + HEARTBEAT
                    frames.append({"e": "hb", "h": self._quiet_heads()})
                is_over = self._is_over and not frames
                if not frames and not is_over:
                    CHANGED.wait(min(beat - time.monotonic(), again))
            data = b"".join(websocket.encode(websocket.TEXT, json.dumps(each).encode()) for each in frames)
            if not self._try_send(data):
                return
            if self._bye in frames:
                self._try_send(websocket.encode(websocket.CLOSE, (1012).to_bytes(2, "big")))
                return

    def _next_frames(self):
        frames, self._answers = self._answers, []
        wait = HEARTBEAT
        if frames:
            CHANGED.notify_all()
        elif not self._is_over:
            for cursor in self._cursors.values():
                more, again = cursor.take(skips=True)
                frames += more
                wait = wait if again is None else min(wait, again)
            # After the lines, so that no head precedes its line.
            if self._probed:
                self._probed = False
                heads = [(channel, cursor.log.position(cursor.offset)) for channel, cursor in self._cursors.items()]
                frames += [{"e": "hb", "h": dict(heads[at : at + HEADS])} for at in range(0, max(1, len(heads)), HEADS)]
        if self._bye is not None:
            frames.append(self._bye)
        return frames, wait

    def _quiet_heads(self):
        """W24: the heads of logs without a frame since the last heartbeat, in turn."""
        heads = {}
        for channel, cursor in list(self._cursors.items()):
            if not cursor.spoke and cursor.offset == cursor.log.head and len(heads) < HEADS:
                heads[channel] = cursor.log.position(cursor.offset)
                # Its next turn comes after the others.
                self._cursors[channel] = self._cursors.pop(channel)
            cursor.spoke = False
        return heads

    def _try_send(self, data):
        try:
            self._send(data)
            return True
        except OSError:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
            return False

    def _send(self, data):
        with self._sending:
            self._connection.sendall(data)
