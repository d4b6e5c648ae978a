"""What a request asks for: numbers, times, levels, and the lines that a read gives (H12, H22 to H24)."""

import re
import time
from datetime import datetime, timedelta, timezone

import levels
from exchange import Problem
from viewer import NUMBER

SPAN = re.compile(r"(0|[1-9]\d{0,9})([smhd])\Z")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
#: RFC 3339; the + of an offset may have arrived as a space.
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+ -])(\d\d):(\d\d))\Z")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def number(query, name, least, most=None):
    """A whole number of the query, or None."""
    text = query.get(name)
    if text is None:
        return None
    if not NUMBER.match(text) or int(text) < least or (most is not None and int(text) > most):
        raise Problem(400, f"{name} must be a whole number from {least}{'' if most is None else f' to {most}'}.")
    return int(text)


def time_of(query, name, now):
    """A time of the query as unix ms, or None (H23)."""
    text = query.get(name)
    if text is None:
        return None
    if NUMBER.match(text):
        return int(text)
    if span := SPAN.match(text):
        return max(0, now - int(span[1]) * SECONDS[span[2]] * 1000)
    if date := DATE.match(text):
        try:
            return max(0, unix_ms(*date.groups()))
        except (ValueError, OverflowError):
            pass
    raise Problem(400, f"{name} must be unix ms, RFC 3339 such as 2026-11-29T17:00:00Z, or a span back from now such as 15m.")


def unix_ms(year, month, day, hour, minute, second, fraction, sign, offset_hour, offset_minute):
    at = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=timezone.utc)
    if int(second) > 60 or int(offset_hour or 0) > 23 or int(offset_minute or 0) > 59:
        raise ValueError
    at += timedelta(seconds=int(second), milliseconds=int((fraction or "")[:3].ljust(3, "0")))
    offset = timedelta(hours=int(offset_hour or 0), minutes=int(offset_minute or 0))
    return (at - EPOCH - (-offset if sign == "-" else offset)) // timedelta(milliseconds=1)


def level_of(query):
    """A level of the query as a number from 1 to 24, or None (H24)."""
    text = query.get("level")
    if text is None:
        return None
    level = levels.NAMES.get(text.lower()) or (int(text) if NUMBER.match(text) else 0)
    if not 1 <= level <= 24:
        raise Problem(400, "level must be trace, debug, info, warn, error, fatal, or a number from 1 to 24.")
    return level


class Range:
    """The lines that a read gives."""

    def __init__(self, query):
        now = int(time.time() * 1000)
        self.limit = number(query, "limit", 1)
        self._after = number(query, "after", 0)
        self._tail = number(query, "tail", 0)
        self._since = time_of(query, "since", now)
        self._until = time_of(query, "until", now)
        self.level = level_of(query)
        if sum(value is not None for value in (self._after, self._tail, self._since)) > 1:
            raise Problem(400, "Use one of after, tail and since.")
        #: Lines written before a time yet to come are left out.
        self._not_before = self._since if self._since is not None and self._since > now else 0

    @property
    def is_plain(self):
        """Whether it is exactly the lines after a given one."""
        return self._tail is None and self._since is None and self._until is None and self.level is None

    @property
    def names_position(self):
        """Whether it begins after a line that the request names."""
        return self._tail is None and self._since is None

    @property
    def has_end(self):
        """Whether a time ends it."""
        return self._until is not None

    @property
    def has_gaps(self):
        """Whether it gives only some of its lines."""
        return self.level is not None or self._not_before > 0

    def start(self, log):
        """The line after which it begins."""
        if self._tail is not None:
            return max(0, log.head - self._tail)
        return (self._after or 0) if self._since is None else log.seek_time(self._since) - 1

    def end(self, log):
        """Its last line."""
        return log.head if self._until is None else log.seek_time(self._until) - 1

    def resumed(self):
        """The same for a reader that was here before: it has passed the time at which it began."""
        self._not_before = 0

    def passes(self, line):
        return line[0] >= self._not_before and (self.level is None or levels.of_line(line) >= self.level)

    def runs(self, first, lines):
        """The lines that pass, as (number of the first, consecutive lines)."""
        runs = []
        for offset, line in enumerate(lines, first):
            if not self.passes(line):
                continue
            if runs and runs[-1][0] + len(runs[-1][1]) == offset:
                runs[-1][1].append(line)
            else:
                runs.append((offset, [line]))
        return runs
