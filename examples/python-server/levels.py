"""Levels of lines: PROTOCOL.md M15. Which lines have one is a server's own choice; this one looks only at how a line begins."""

import re
from bisect import bisect_left, bisect_right

NAMES = {
    "trace": 1, "verbose": 1, "debug": 5, "info": 9, "information": 9, "notice": 9, "warn": 13, "warning": 13,
    "err": 17, "error": 17, "severe": 17, "critical": 21, "crit": 21, "alert": 21, "emerg": 21, "fatal": 21, "panic": 21,
}  # fmt: skip
#: The levels that are counted apart, from trace to fatal.
LEVELS = (1, 5, 9, 13, 17, 21)
MARK = re.compile(r"(?:\[(?P<bracketed>[A-Za-z]{3,11})\]|(?P<word>[A-Z]{4,11}):)\s")


def find(text):
    """The level that a line states at its start, as `[error] …` or `ERROR: …`, or None."""
    mark = MARK.match(text[:512])
    return NAMES.get((mark["bracketed"] or mark["word"]).lower()) if mark else None


def of_line(line):
    """The level of a line; 0 without one."""
    return line[2].get("l", 0) if len(line) > 2 else 0


def canonical(level):
    """The level in whose range a number from 1 to 24 lies."""
    return LEVELS[(level - 1) // 4]


class Entries:
    """The lines of a log that count, by level."""

    def __init__(self):
        self._lines = {level: [] for level in LEVELS}

    def add(self, level, offset):
        self._lines[level].append(offset)

    def count(self, after, upto):
        """How many there are of each level in the lines after `after`, up to `upto`."""
        return [bisect_right(lines, upto) - bisect_right(lines, after) for lines in self._lines.values()]

    def next(self, least, after):
        """The first after a line of a level or above, or None."""
        found = [lines[at] for lines in self._from(least) if (at := bisect_right(lines, after)) < len(lines)]
        return min(found, default=None)

    def previous(self, least, before):
        found = [lines[at - 1] for lines in self._from(least) if (at := bisect_left(lines, before)) > 0]
        return max(found, default=None)

    def _from(self, least):
        return [lines for level, lines in self._lines.items() if level >= least]
