"""Logs in memory: PROTOCOL.md section 1. One lock for all of them: this is an example."""

import contextlib
import secrets
import threading
import time
from bisect import bisect_left

import levels
from sgr import carry_after

REPLAY_LINES = 1000
REPLAY_BYTES = 256 * 1024

#: Guards all logs, and is notified of every change.
CHANGED = threading.Condition()


class Conflict(Exception):
    """A refused append; the message says what to do."""


class Log:
    def __init__(self):
        self.users = 0
        self.clear()

    def clear(self):
        """Forgets everything (M2). Followers notice it by `incarnation`."""
        self.incarnation = object()
        self.epoch = ""
        self.end = None
        self.lines = []
        self.carry = ""
        self.parts = {}
        self.entries = levels.Entries()
        self._times = []
        # Total bytes of text up to and including each line.
        self._bytes = [0]

    @property
    def head(self):
        return len(self.lines)

    @property
    def exists(self):
        return self.epoch != "" or self.end is not None

    @property
    def part(self):
        """The unfinished line that changed last, or None."""
        return next(reversed(self.parts.values()), None)

    def position(self, offset):
        return f"{self.epoch}-{offset}"

    def is_replayable(self, after):
        """W14."""
        return self.head - after <= REPLAY_LINES and self._bytes[-1] - self._bytes[after] <= REPLAY_BYTES

    def check(self, at):
        """Raises Conflict when nothing can be appended at a position (H45, H48)."""
        if self.end is not None:
            raise Conflict("The log has ended and accepts no more lines.")
        if at is not None and at != (self.epoch, self.head):
            raise Conflict("The head has moved: continue after Log-Head, if that is your last line.")

    def seek_time(self, at):
        """The first line written at a time, unix ms, or later; head + 1 if there is none."""
        return bisect_left(self._times, at) + 1

    def append(self, pieces, at=None, end=None, stderr=False, level_of=levels.find):
        """Appends at the position `at`, an (epoch, offset), or wherever the head is. Raises Conflict.

        `level_of` finds the level of a text, or None."""
        self.check(at)
        if pieces and self.epoch == "":
            self.epoch = f"{int(time.time() * 1000)}{secrets.token_hex(3)}"
        now = int(time.time() * 1000)
        if self.lines:
            now = max(now, self.lines[-1][0])
        for text, continued in pieces:
            # A later piece of a long line has the level of the first, and is not counted (M16).
            is_piece = bool(self.lines) and "p" in extra_of(self.lines[-1])
            its = extra_of(self.lines[-1]).get("l") if is_piece else level_of(text)
            self.lines.append(line_of(now, text, self.carry, continued, stderr, its))
            self._times.append(now)
            if its and not is_piece:
                self.entries.add(its, self.head)
            self._bytes.append(self._bytes[-1] + len(text.encode()))
            self.carry = carry_after(self.carry, text)
        self.end = end
        CHANGED.notify_all()

    def remove(self):
        """Removes the log. Returns whether there was one (H51)."""
        with CHANGED:
            existed = self.exists
            if existed:
                self.clear()
                CHANGED.notify_all()
            return existed

    def set_part(self, writer, line):
        """Shows the unfinished line of one writer; None withdraws it (W20, W22)."""
        before = self.parts.pop(writer, None)
        if line is not None:
            self.parts[writer] = line
        if before != line:
            CHANGED.notify_all()


def line_of(now, text, carry, continued=False, stderr=False, level=None):
    """M10, M13: extras without a value are left out."""
    extra = {"s": stderr and "err", "c": carry, "p": continued and 1, "l": level}
    extra = {key: value for key, value in extra.items() if value}
    return [now, text, extra] if extra else [now, text]


def extra_of(line):
    return line[2] if len(line) > 2 else {}


class Logs:
    """All logs by channel. Empty logs are forgotten when they are no longer used."""

    def __init__(self):
        self._logs = {}

    @contextlib.contextmanager
    def use(self, channel):
        log = self.acquire(channel)
        try:
            yield log
        finally:
            self.release(channel)

    def acquire(self, channel):
        with CHANGED:
            log = self._logs.setdefault(channel, Log())
            log.users += 1
            return log

    def release(self, channel):
        with CHANGED:
            log = self._logs[channel]
            log.users -= 1
            if log.users == 0 and not log.exists:
                del self._logs[channel]


class Part:
    """The preview that one follower has, and when it may get the next one (W20 to W22)."""

    INTERVAL = 0.1

    def __init__(self):
        self.forget()
        self._not_before = 0.0

    def forget(self):
        """Call after an ack or a msg, which replaces the preview."""
        self._shown = None

    def take(self, log):
        """The part to send now, if any, as a list; and after how many seconds to call again, or None."""
        if log.part == self._shown:
            return [], None
        wait = self._not_before - time.monotonic()
        if wait > 0:
            return [], wait
        self._shown = log.part
        self._not_before = time.monotonic() + self.INTERVAL
        return [log.part], None
