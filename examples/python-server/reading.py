"""Reading over HTTP: PROTOCOL.md H10 to H34."""

import json
import time

import viewer
from exchange import IMMUTABLE, TEXT, Broken, Exchange, Problem, log_headers
from logs import CHANGED
from ranges import Range

PAGE_LINES, PAGE_BYTES = 1000, 1024 * 1024


class Reading(Exchange):
    def read(self, channel, log):
        asked = Range(self.query)
        accept = self.headers.get("Accept", "*/*")
        follow = self.query.get("follow") == "1"
        is_text = "text/plain" in accept or (follow and "application/json" not in accept)
        is_events = "text/event-stream" in accept
        if asked.has_end and (follow or is_events):
            raise Problem(400, "until does not go with following, which ends when the log does.")
        if asked.level is not None and not (is_text or is_events):
            raise Problem(400, "level works with text and server-sent events only.")
        if is_events:
            self._send_events(channel, log, asked)
        elif follow and is_text:
            self._follow_text(log, asked)
        else:
            self._send_page(log, asked, is_text)

    def _send_page(self, log, asked, is_text):
        """H10 to H13, H20, H22 to H24."""
        with CHANGED:
            self.check_log(log)
            after = asked.start(log)
            limit = asked.limit or (None if is_text else PAGE_LINES)
            upto = max(after, asked.end(log))
            lines = log.lines[after : upto if asked.has_gaps or not limit else min(upto, after + limit)]
            if asked.has_gaps:
                lines = list(filter(asked.passes, lines))
            lines = lines[:limit] if is_text else page_of(lines[:limit])
            epoch, headers = log.epoch, log_headers(log)
            # A page can never change when it is full, or the last of an ended log.
            is_final = len(lines) == (asked.limit or PAGE_LINES) or after + len(lines) < log.head or log.end is not None
        if is_final and asked.is_plain and self.query.get("epoch"):
            headers["Cache-Control"] = IMMUTABLE
        if is_text:
            self.send(200, text_of(lines).encode(), TEXT, headers)
        else:
            self.send_json({"epoch": epoch, "after": after, "lines": lines}, headers)

    def _follow_text(self, log, asked):
        """H21."""
        with CHANGED:
            self.check_epoch(log)
            incarnation = log.incarnation
            after = asked.start(log)
        if not self.begin_stream(TEXT):
            return
        left = float("inf") if asked.limit is None else asked.limit
        is_over = False
        while not is_over:
            with CHANGED:
                while log.incarnation is incarnation and log.head <= after and log.end is None and not self.server.is_closing:
                    self.wait(1)
                if log.incarnation is not incarnation or self.server.is_closing:
                    raise Broken
                read = log.lines[after : after + PAGE_LINES]
                lines = list(filter(asked.passes, read))[: int(min(left, PAGE_LINES))]
                after += len(read)
                left -= len(lines)
                is_over = left <= 0 or (log.end is not None and after >= log.head)
            self.send_chunk(text_of(lines).encode())
        self.end_stream()

    def _send_events(self, channel, log, asked):
        """H30, H31. Nothing is skipped: a slow client delays only its own thread."""
        last = self.headers.get("Last-Event-ID")
        cursor = viewer.Cursor(channel, log)
        with CHANGED:
            try:
                epoch, offset = viewer.parse_position(last) if last else (self.query.get("epoch") or None, asked.start(log))
            except ValueError:
                raise Problem(400, "Last-Event-ID is not a position.") from None
            if last:
                asked.resumed()
            is_lost = offset > log.head or epoch not in (None, log.epoch)
            is_done = last and not is_lost and log.end is not None and offset == log.head
            # H33: tail and since are about the log as it is now.
            start = 0 if is_lost and (last or asked.names_position) else offset
            ack = cursor.go_to(start, "reset")
        if is_done:
            return self.send(204)
        if self.begin_stream("text/event-stream; charset=utf-8"):
            self._send_frames(cursor, [ack] if is_lost else [], asked, start)
        return None

    def _send_frames(self, cursor, frames, asked, told):
        """`told` is the line after which the reader expects the next one."""
        beat = time.monotonic()
        left = float("inf") if asked.limit is None else asked.limit
        while not self.server.is_closing and left > 0:
            if time.monotonic() >= beat:
                # The first comment is sent at once: some proxies hold back the head of a response until its first byte.
                beat = time.monotonic() + viewer.HEARTBEAT
                self.send_chunk(b": hb\n\n")
                self._report(cursor, asked)
            for frame in frames:
                if frame["e"] == "ack":
                    told = int(frame["off"].rpartition("-")[2])
                if frame["e"] == "msg":
                    told, left = self._send_lines(cursor, frame, asked, told, left)
                elif frame["e"] != "part" or not asked.has_gaps:
                    if frame["e"] == "end":
                        self._report(cursor, asked)
                    self._send_event(frame)
                if frame["e"] == "end":
                    return self.end_stream()
            with CHANGED:
                frames, again = cursor.take(skips=False)
                if not frames:
                    self.wait(min(1 if again is None else again, max(0, beat - time.monotonic()), 1))
        return self.end_stream()

    def _send_lines(self, cursor, frame, asked, told, left):
        """Sends the lines of a msg that pass (H34). Returns the last line sent, and how many may follow."""
        epoch, last = frame["off"].rpartition("-")[::2]
        lines = frame["data"]["lines"]
        for first, run in asked.runs(int(last) - len(lines) + 1, lines):
            run = run[: int(min(left, len(run)))]
            if not run:
                break
            if first != told + 1:
                self._send_event(viewer.frame("ack", cursor.channel, f"{epoch}-{first - 1}", first=1, st="skipped"))
            told = first + len(run) - 1
            left -= len(run)
            self._send_event(viewer.frame("msg", cursor.channel, f"{epoch}-{told}", data={"lines": run}))
        return told, left

    def _report(self, cursor, asked):
        """H34: up to which line the reader of a filter was served."""
        with CHANGED:
            position = cursor.log.position(cursor.offset)
        if asked.has_gaps and not position.startswith("-"):
            self.send_chunk(f"id: {position}\n\n".encode())

    def _send_event(self, frame):
        name = f"id: {frame['off']}\n" if frame["e"] == "msg" else ""
        self.send_chunk(f"{name}data: {json.dumps(frame)}\n\n".encode())


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
