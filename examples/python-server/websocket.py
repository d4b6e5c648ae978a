"""Just enough of RFC 6455 for a server."""

import base64
import hashlib
import struct

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FRAME_BYTES = 64 * 1024


class Closing(Exception):
    """The socket must be closed with this code."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def accept(key):
    """The value of Sec-WebSocket-Accept for a Sec-WebSocket-Key."""
    return base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()


def encode(opcode, payload):
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, size)
    elif size < 65536:
        head = struct.pack("!BBH", 0x80 | opcode, 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 127, size)
    return head + payload


def read_frame(stream):
    """Reads one frame as (whether it is the last of its message, opcode, payload). Raises Closing or EOFError."""
    first, second = exactly(stream, 2)
    size = second & 0x7F
    if size == 126:
        (size,) = struct.unpack("!H", exactly(stream, 2))
    elif size == 127:
        (size,) = struct.unpack("!Q", exactly(stream, 8))
    opcode = first & 0x0F
    # No compression was negotiated, clients always mask, and control frames are small and never fragmented.
    if first & 0x70 or not second & 0x80 or (opcode >= CLOSE and (size > 125 or not first & 0x80)):
        raise Closing(1002)
    if size > FRAME_BYTES:
        raise Closing(1009)
    mask = exactly(stream, 4)
    payload = exactly(stream, size)
    whole_mask = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return bool(first & 0x80), opcode, (int.from_bytes(payload, "big") ^ whole_mask).to_bytes(size, "big")


def messages(stream, answer):
    """Messages as (opcode, payload), assembled from their frames; `answer` sends the pongs."""
    kind, parts = None, b""
    while True:
        final, opcode, payload = read_frame(stream)
        if opcode == PING:
            answer(encode(PONG, payload))
        elif opcode == CLOSE:
            raise Closing(struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1000)
        elif opcode in (0, TEXT, BINARY):
            if (kind is None) == (opcode == 0):
                raise Closing(1002)
            kind = kind or opcode
            parts += payload
            if len(parts) > FRAME_BYTES:
                raise Closing(1009)
            if final:
                yield kind, parts
                kind, parts = None, b""
        elif opcode != PONG:
            raise Closing(1002)


def exactly(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
