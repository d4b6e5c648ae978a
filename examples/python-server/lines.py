"""From bytes to lines: H41 to H43."""

import codecs

from open_line import OpenLine, cut_before

LINE_BYTES = 1024 * 1024


class Assembler:
    """Turns chunks of bytes, cut anywhere, into lines."""

    def __init__(self):
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        # The pieces of the unfinished last line, joined only when it is complete, and their bytes.
        self._rest = []
        self._rest_bytes = 0
        self._open = OpenLine()
        # Whether the preview has begun with this line, and the text that it lacks.
        self._is_open = False
        self._unshown = []

    def push(self, chunk, final=False):
        """Returns the complete pieces, as (text, whether the line continues in the next piece)."""
        *whole, rest = self._decoder.decode(chunk, final).split("\n")
        pieces = []
        for line in whole:
            pieces += split((self._take() + line).removesuffix("\r"))
        self._grow(rest)
        if self._rest_bytes > LINE_BYTES + 1:
            # One more byte, since a final \r may be part of the line end.
            *full, (left, _) = split(self._take())
            pieces += full
            self._grow(left)
        return pieces

    def finish(self):
        """The last piece, when the body has ended (H43)."""
        pieces = self.push(b"", final=True)
        rest = self._take()
        return pieces + split(rest) if rest else pieces

    def part(self, carry):
        """The preview of the unfinished line, and the SGR parameters at its start; None without one."""
        if not self._rest:
            return None
        if not self._is_open:
            # The colours that the earlier pieces, which are in the log by now, left.
            self._open.restart(carry)
            self._is_open = True
        self._open.write("".join(self._unshown))
        self._unshown = []
        return self._open.show()

    def _grow(self, text):
        if text:
            self._rest.append(text)
            self._unshown.append(text)
            self._rest_bytes += len(text.encode())

    def _take(self):
        rest = "".join(self._rest)
        self._rest, self._unshown, self._rest_bytes, self._is_open = [], [], 0, False
        return rest


def split(text):
    """Cuts a line into pieces of at most 1 MiB, but never within a sequence or a character (H42)."""
    data = text.encode()
    pieces = []
    while len(data) > LINE_BYTES:
        end = len(data[:LINE_BYTES].decode(errors="ignore"))
        end = cut_before(text, end) or end
        pieces.append((text[:end], True))
        text = text[end:]
        data = text.encode()
    return [*pieces, (text, False)]
