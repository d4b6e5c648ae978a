"""The unfinished line, as a terminal shows it: W27 to W29. Neither its memory nor its cost grows with its length."""

import re
import unicodedata

from sgr import apply_sgr, carry_after, format_sgr

PART_BYTES = 4096
#: Characters that move back over existing text, or out of the row.
MOVES = re.compile(r"[\b\r]|\x1b(?:[78DEMc]|\[[0-9;]*(?:[@A-HPXadefsu`]|[1-9][JK]))")
#: A sequence, complete or cut off at the end; a control character; text.
TOKEN = re.compile(
    r"\x1b\[(?P<params>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-Z\\^-~]"
    r"|(?P<open>\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]{0,4096}\x1b?|[ -/]*)\Z)"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
#: How far around an index the sequence or the character that spans it is searched for.
WINDOW = 4200
#: How many rows above the first one, and how many columns, are kept.
ROWS = 100
COLUMNS = 4096


def cut_after(text, at):
    """The first index from `at` on that is in the middle of neither a sequence nor a character."""
    return _cut(text[: at + WINDOW], at, lambda start, end: end)


def cut_before(text, at):
    """The last index up to `at` that is in the middle of neither, as far as the text up to the character at `at` tells:
    however much of the line has arrived, it is cut at the same index."""
    return _cut(text[: at + 1], at, lambda start, end: start)


def _cut(text, at, side):
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    base = max(0, at - WINDOW)
    # From the first sequence on; one that began before the window is too long to be kept whole.
    base = max(text.find("\x1b", base, at), base)
    for match in TOKEN.finditer(text[base:]):
        start, end = base + match.start(), base + match.end()
        if match["text"] and start < at < end:
            return next((side(start + a, start + b) for a, b in clusters(match["text"]) if start + a < at < start + b), at)
        if start < at < end:
            return side(start, end)
    return at


def open_sequence(text):
    """The start of a sequence that is cut off at the end; the length of the text if there is none."""
    begin = max(0, len(text) - WINDOW)
    begin = max(text.find("\x1b", begin), begin)
    last = None
    for last in TOKEN.finditer(text, begin):
        pass
    return last.start() if last is not None and last["open"] else len(text)


def clusters(text):
    """First and last index of what a reader sees as one character, roughly as in UAX #29."""
    start = 0
    flags = 0
    for at in range(1, len(text)):
        before, char = text[at - 1], text[at]
        flags = flags + 1 if is_flag(before) else 0
        if width(char) == 0 or before == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff" or (is_flag(char) and flags % 2 == 1):
            continue
        yield start, at
        start = at
    if text:
        yield start, len(text)


def is_flag(char):
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def width(char):
    """Columns of a character on its own."""
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class OpenLine:
    """The unfinished line, as its text arrives."""

    def __init__(self):
        self.restart("")

    def restart(self, carry):
        """Starts the next line, with these SGR parameters in force."""
        self._text = ""
        self._carry = carry
        self._screen = None

    def write(self, text):
        self._text += text
        if len(self._text) > 2 * PART_BYTES:
            self._settle()

    def show(self):
        """At most 4 KiB of text, and the SGR parameters in force at its start."""
        if self._screen or MOVES.search(self._text):
            self._settle()
        if self._screen:
            return clip(*self._screen.show())
        return clip(self._text[: open_sequence(self._text)], self._carry)

    def _settle(self):
        end = open_sequence(self._text)
        if self._screen is None and not MOVES.search(self._text):
            shown, self._carry = clip(self._text[:end], self._carry)
            self._text = shown + self._text[end:]
            return
        self._screen = self._screen or Screen(self._carry)
        self._screen.write(self._text[:end])
        self._text = self._text[end:]


def clip(text, carry):
    """The end of a text."""
    data = text.encode()
    if len(data) <= PART_BYTES:
        return text, carry
    at = cut_after(text, len(text) - len(data[-PART_BYTES:].decode(errors="ignore")))
    return text[at:], carry_after(carry, text[:at])


class Screen:
    """The cells that a line writes, in rows relative to its first. A cell is a text and its SGR parameters."""

    def __init__(self, carry):
        self._carry = carry
        self._state = apply_sgr({}, carry)
        self._pen = carry
        self._rows = {}
        self._erased = set()
        self._row = self._column = 0

    def write(self, text):
        for token in TOKEN.finditer(text):
            if token["text"]:
                for start, end in clusters(token["text"]):
                    self._put(token["text"][start:end])
            elif token["control"] == "\r":
                self._column = 0
            elif token["control"] == "\b":
                self._column = max(0, self._column - 1)
            elif token["control"] == "\t":
                self._column += 8 - self._column % 8
            elif token["final"] == "m":
                self._state = apply_sgr(self._state, token["params"])
                self._pen = format_sgr(self._state)
            elif token["final"] and re.fullmatch("[0-9;]*", token["params"]):
                self._move(token["final"], int(token["params"].partition(";")[0] or 0))

    def _put(self, text):
        cells = self._rows.setdefault(self._row, [])
        columns = width(text[0]) or 1
        self._column = min(self._column, COLUMNS)
        cells += [None] * (self._column + columns - len(cells))
        cells[self._column : self._column + columns] = [(text, self._pen), *[("", self._pen)] * (columns - 1)]
        self._column += columns
        if self._column > COLUMNS:
            # Only the end of such a long row is kept.
            del cells[: self._column - COLUMNS]
            self._column = COLUMNS

    def _move(self, final, number):
        count = max(1, number)
        if final in "AF":
            self._row = max(-ROWS, self._row - count)
        elif final in "BEe":
            self._row = min(self._row + count, max(self._row, 1 if 0 in self._rows else 0))
        elif final in "Ca":
            self._column = min(COLUMNS, self._column + count)
        elif final == "D":
            self._column = max(0, self._column - count)
        elif final in "G`":
            self._column = min(COLUMNS, count - 1)
        elif final in "KJ":
            self._erase(number)
        if final in "EF":
            self._column = 0

    def _erase(self, mode):
        cells = self._rows.setdefault(self._row, [])
        if mode == 2:
            cells.clear()
            self._erased.add(self._row)
        elif mode == 0:
            del cells[self._column :]
            if self._column == 0:
                self._erased.add(self._row)
        elif mode == 1:
            cells[: self._column + 1] = [(" ", "")] * min(len(cells), self._column + 1)

    def show(self):
        above = any(row < 0 for row in self._rows)
        rows, size = [], 0
        for row in sorted(self._rows, reverse=True):
            text = ("\x1b[2K" if row in self._erased and row != 0 else "") + self._text(self._rows[row], row == 0)
            size += len(text.encode()) + 12
            if above and size > PART_BYTES:
                break
            rows.insert(0, (row, text))
        shown, at = "", 0
        for row, text in rows:
            shown += "\r" * bool(shown)
            shown += f"\x1b[{abs(row - at)}{'A' if row < at else 'B'}" * (row != at)
            shown += text
            at = row
        return shown, self._carry

    def _text(self, cells, own):
        """A row ends with the SGR parameters it began with, so that the rows of a part are independent of each other."""
        text, pen = "", self._carry
        for cell in cells:
            if cell is None and not own:
                text += "\x1b[C"
                continue
            char, look = cell or (" ", "")
            if look != pen:
                text += f"\x1b[0;{look}m" if look else "\x1b[0m"
            text, pen = text + char, look
        return text if pen == self._carry else f"{text}\x1b[0;{self._carry}m" if self._carry else f"{text}\x1b[0m"
