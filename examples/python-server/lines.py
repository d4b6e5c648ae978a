"""From bytes to lines: H41 to H43."""

import codecs

from open_line import OpenLine, cut_before

LINE_BYTES = 1024 * 1024


class Assembler:
    """Makes lines of chunks of bytes, wherever those were cut."""

    def __init__(self):
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        # The unfinished last line in pieces, which are put together once, and its bytes.
        self._rest = []
        self._rest_bytes = 0
        self._open = OpenLine()
        # Whether what is shown has begun with this line, and what of it is not there yet.
        self._is_open = False
        self._unshown = []

    def push(self, chunk, final=False):
        """Returns the pieces that are complete, as (text, whether it goes on in the next one)."""
        *whole, rest = self._decoder.decode(chunk, final).split("\n")
        pieces = []
        for line in whole:
            pieces += split((self._take() + line).removesuffix("\r"))
        self._grow(rest)
        if self._rest_bytes > LINE_BYTES + 1:
            # One more byte, since a \r at the end may turn out to be the end of the line.
            *full, (left, _) = split(self._take())
            pieces += full
            self._grow(left)
        return pieces

    def finish(self):
        """What is left when there is nothing more to come (H43)."""
        pieces = self.push(b"", final=True)
        rest = self._take()
        return pieces + split(rest) if rest else pieces

    def part(self, carry):
        """What is shown of the unfinished line, and the SGR parameters at its start; None for none."""
        if not self._rest:
            return None
        if not self._is_open:
            # The pieces before it are in the log by now, and these are the colours that they left.
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
    """Cuts a line into pieces of at most 1 MiB, in the middle of neither a sequence nor a character (H42)."""
    data = text.encode()
    pieces = []
    while len(data) > LINE_BYTES:
        end = len(data[:LINE_BYTES].decode(errors="ignore"))
        end = cut_before(text, end) or end
        pieces.append((text[:end], True))
        text = text[end:]
        data = text.encode()
    return [*pieces, (text, False)]
