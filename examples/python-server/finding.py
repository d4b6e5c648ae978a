"""Levels, groups and seek: PROTOCOL.md H70 to H73. This server marks no groups, so a log has none."""

import time

import levels
from exchange import IMMUTABLE, Exchange, Problem, log_headers
from logs import CHANGED
from ranges import level_of, number, time_of


class Finding(Exchange):
    def levels(self, log):
        """H71."""
        after, upto = number(self.query, "after", 0) or 0, number(self.query, "upto", 0)
        count = number(self.query, "parts", 1, 1000) or 1
        with CHANGED:
            self.check_log(log)
            headers = log_headers(log)
            if self.query.get("epoch") and upto is not None and max(after, upto) <= log.head:
                headers["Cache-Control"] = IMMUTABLE
            after, upto = self._range(log, after, upto)
            parts = []
            first = after
            for number_of_part in range(1, count + 1):
                last = after + (upto - after) * number_of_part // count
                if last > first:
                    parts.append([last, log.lines[first][0], log.entries.count(first, last)])
                    first = last
            answer = {"epoch": log.epoch, "after": after, "upto": upto, "parts": parts}
        self.send_json(answer, headers)

    def groups(self, log):
        """H72."""
        after, upto = number(self.query, "after", 0) or 0, number(self.query, "upto", 0)
        number(self.query, "limit", 1)
        number(self.query, "depth", 0)
        with CHANGED:
            self.check_log(log)
            after, upto = self._range(log, after, upto)
            answer = {"epoch": log.epoch, "after": after, "upto": upto, "more": False, "around": [], "groups": []}
            headers = log_headers(log)
        self.send_json(answer, headers)

    def seek(self, log):
        """H73."""
        found = self._sought()
        with CHANGED:
            self.check_log(log)
            offset = found(log)
            headers = log_headers(log)
            answer = offset and {"epoch": log.epoch, "line": offset, "time": log.lines[offset - 1][0]}
        if answer:
            self.send_json(answer, headers)
        else:
            self.send(204, headers=headers)

    def _sought(self):
        """A function from a log to the line that is sought, or None."""
        at, level = time_of(self.query, "time", int(time.time() * 1000)), level_of(self.query)
        asked = {name for name in ("time", "level", "after", "before") if name in self.query}
        if asked == {"time"}:
            return lambda log: (line if (line := log.seek_time(at)) <= log.head else None)
        if level is None or "time" in asked or asked > {"after", "before"}:
            raise Problem(400, "Seek by time, or by level with after or before.")
        # Levels between those of M15 occur on no line of this server.
        least = next((one for one in levels.LEVELS if one >= level), 25)
        if "before" in asked:
            before = number(self.query, "before", 0) if self.query["before"] else None
            return lambda log: log.entries.previous(least, log.head + 1 if before is None else before)
        after = number(self.query, "after", 0) or 0
        return lambda log: log.entries.next(least, after)

    @staticmethod
    def _range(log, after, upto):
        """H70: as far as the log has the lines."""
        after = min(after, log.head)
        return after, max(after, log.head if upto is None else min(upto, log.head))
