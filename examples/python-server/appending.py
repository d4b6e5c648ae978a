"""Appending over HTTP: PROTOCOL.md H40 to H50."""

import contextlib
import re
import time

import levels
import viewer
from exchange import Broken, Exchange, Problem, log_headers
from lines import Assembler
from logs import CHANGED, Conflict, line_of
from ranges import level_of

CODE = re.compile(r"-?(0|[1-9]\d{0,9})\Z")


class Writer:
    """One append request. If it names a head, every write requires the head that the previous write left (H48)."""

    def __init__(self, log, at, stderr, level_of):
        self._log = log
        self._stderr = stderr
        self._level_of = level_of
        self._assembler = Assembler()
        self.position = None
        with CHANGED:
            # A bare number is a line of the current epoch.
            self._at = None if at is None else (log.epoch if at[0] is None else at[0], at[1])
            log.check(self._at)

    def write(self, chunk):
        self._append(self._assembler.push(chunk))

    def finish(self, end=None):
        self._append(self._assembler.finish(), end)

    def abort(self):
        """H43: a producer that named the head resends the rest of its line."""
        if self._at is None:
            with contextlib.suppress(Conflict):
                self.finish()

    def take_back(self):
        with CHANGED:
            self._log.set_part(self, None)

    def _append(self, pieces, end=None):
        """Appends lines and shows the unfinished one, both under the lock, so that no viewer sees a line twice."""
        log = self._log
        with CHANGED:
            if pieces or end is not None:
                log.append(pieces, self._at, end, self._stderr, self._level_of)
                self._at = None if self._at is None else (log.epoch, log.head)
            if pieces:
                self.position = log.position(log.head)
            part = self._assembler.part(log.carry)
            log.set_part(self, part and line_of(int(time.time() * 1000), *part, stderr=self._stderr))


class Appending(Exchange):
    def append(self, log, require_write):
        writer = None
        try:
            require_write()
            at, stderr, end = self._append_params()
            writer = Writer(log, at, stderr, self._level_finder())
            for chunk in self.body():
                writer.write(chunk)
            writer.finish(end)
            self.send_json({"position": writer.position or log.position(log.head)}, log_headers(log))
        except Broken:
            writer.abort()
            raise
        except Conflict as conflict:
            raise Problem(409, str(conflict), log_headers(log)) from None
        except Problem as problem:
            # H49.
            problem.headers.update(log_headers(log))
            raise
        finally:
            if writer is not None:
                writer.take_back()

    def _append_params(self):
        """H50."""
        if self.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Problem(415, "Send the body uncompressed.", {"Accept-Encoding": "identity"})
        if self.query.get("stream", "err") != "err":
            raise Problem(400, "stream must be err, or left out.")
        end = self.query.get("end")
        if end is not None and not CODE.match(end):
            raise Problem(400, "end must be an exit code.")
        at = self.headers.get("Log-Append-At")
        try:
            at = None if at is None else viewer.parse_position(at)
            if at == "now":
                raise ValueError
        except ValueError:
            raise Problem(400, "Log-Append-At must be a line number or a position.") from None
        return at, "stream" in self.query, None if end is None else int(end)

    def _level_finder(self):
        """H54: how a line gets its level."""
        level = level_of(self.query)
        if self.query.get("marks", "1") not in ("0", "1"):
            raise Problem(400, "marks must be 0, or left out.")
        if level is not None:
            return lambda text: levels.canonical(level)
        return levels.find if self.query.get("marks") != "0" else lambda text: None
