"""Reading over HTTP: PROTOCOL.md H10 to H32."""

import json
import time

import viewer
from exchange import TEXT, Broken, Exchange, Problem, log_headers
from logs import CHANGED

PAGE_LINES, PAGE_BYTES = 1000, 1024 * 1024
IMMUTABLE = "private, max-age=31536000, immutable"


class Reading(Exchange):
    def read(self, channel, log):
        after, limit = self._number("after", 0) or 0, self._number("limit", 1)
        accept = self.headers.get("Accept", "*/*")
        follow = self.query.get("follow") == "1"
        if "text/event-stream" in accept:
            self._send_events(channel, log, after)
        elif follow and ("text/plain" in accept or "application/json" not in accept):
            self._follow_text(log, after, limit)
        else:
            self._send_page(log, after, limit, "text/plain" in accept)

    def _number(self, name, least):
        text = self.query.get(name)
        if text is None:
            return None
        if not viewer.NUMBER.match(text) or int(text) < least:
            raise Problem(400, f"{name} must be a whole number from {least}.")
        return int(text)

    def _check_epoch(self, log):
        if self.query.get("epoch") not in (None, "", log.epoch):
            raise Problem(409, "The log was replaced: read it from the start.", log_headers(log))

    def _send_page(self, log, after, limit, is_text):
        """H10 to H13, H20."""
        with CHANGED:
            if not log.exists:
                raise Problem(404, "Nothing has been written to this log yet.")
            self._check_epoch(log)
            if is_text:
                lines = log.lines[after:][:limit]
            else:
                lines = page_of(log.lines[after : after + (limit or PAGE_LINES)])
            epoch, headers = log.epoch, log_headers(log)
            # A page can never change when it is full, or the last of an ended log.
            is_final = len(lines) == (limit or PAGE_LINES) or after + len(lines) < log.head or log.end is not None
        if is_final and self.query.get("epoch"):
            headers["Cache-Control"] = IMMUTABLE
        if is_text:
            self.send(200, text_of(lines).encode(), TEXT, headers)
        else:
            self.send_json({"epoch": epoch, "after": after, "lines": lines}, headers)

    def _follow_text(self, log, after, limit):
        """H21."""
        with CHANGED:
            self._check_epoch(log)
            incarnation = log.incarnation
        if not self.begin_stream(TEXT):
            return
        until = float("inf") if limit is None else after + limit
        is_over = False
        while not is_over:
            with CHANGED:
                while log.incarnation is incarnation and log.head <= after and log.end is None and not self.server.is_closing:
                    self.wait(1)
                if log.incarnation is not incarnation or self.server.is_closing:
                    raise Broken
                lines = log.lines[after : int(min(until, after + PAGE_LINES))]
                after += len(lines)
                is_over = after >= until or (log.end is not None and after >= log.head)
            self.send_chunk(text_of(lines).encode())
        self.end_stream()

    def _send_events(self, channel, log, after):
        """H30, H31. Nothing is skipped: a slow client delays only its own thread."""
        last = self.headers.get("Last-Event-ID")
        try:
            epoch, offset = viewer.parse_position(last) if last else (self.query.get("epoch") or None, after)
        except ValueError:
            raise Problem(400, "Last-Event-ID is not a position.") from None
        cursor = viewer.Cursor(channel, log)
        with CHANGED:
            is_lost = offset > log.head or epoch not in (None, log.epoch)
            is_done = last and not is_lost and log.end is not None and offset == log.head
            ack = cursor.go_to(0 if is_lost else offset, "reset")
        if is_done:
            return self.send(204)
        if self.begin_stream("text/event-stream; charset=utf-8"):
            self._send_frames(cursor, [ack] if is_lost else [])
        return None

    def _send_frames(self, cursor, frames):
        beat = time.monotonic()
        while not self.server.is_closing:
            if time.monotonic() >= beat:
                # The first comment is sent at once: some proxies hold back the head of a response until its first byte.
                beat = time.monotonic() + viewer.HEARTBEAT
                self.send_chunk(b": hb\n\n")
            for frame in frames:
                name = f"id: {frame['off']}\n" if frame["e"] == "msg" else ""
                self.send_chunk(f"{name}data: {json.dumps(frame)}\n\n".encode())
                if frame["e"] == "end":
                    return self.end_stream()
            with CHANGED:
                frames, again = cursor.take(skips=False)
                if not frames:
                    self.wait(min(1 if again is None else again, max(0, beat - time.monotonic()), 1))
        return self.end_stream()


def page_of(lines):
    """H10: at most 1 MiB of text, but at least one line."""
    size = 0
    for index, line in enumerate(lines):
        size += len(line[1].encode())
        if size > PAGE_BYTES and index > 0:
            return lines[:index]
    return lines


def text_of(lines):
    """H20: no line end after a piece that continues in the next line."""
    return "".join(line[1] if len(line) > 2 and "p" in line[2] else f"{line[1]}\n" for line in lines)
