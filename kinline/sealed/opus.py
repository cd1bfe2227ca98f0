"""What one must know of an Opus packet without decoding it (RFC 6716, section 3 and appendix B)."""

SAMPLE_RATE = 48_000
FRAME_MS = 20
FRAME_SAMPLES = SAMPLE_RATE * FRAME_MS // 1000
SILENCE = b"\xf8\xff\xfe"  # 20 ms of encoded silence, CELT fullband mono
HOLE = b"\xf8"  # a packet with an empty frame: the decoder conceals 20 ms

# Frame length in samples by the configuration number in the table-of-contents byte.
_SILK = (480, 960, 1920, 2880)
_HYBRID = (480, 960)
_CELT = (120, 240, 480, 960)
_MAX_FRAME_BYTES = 1275


class NotOpus(ValueError):
    """The bytes do not follow the framing of RFC 6716."""


def frame_samples(packet: bytes) -> int:
    """Length of one frame of `packet`, in samples at 48 kHz."""
    if not packet:
        raise NotOpus("an empty packet")
    config = packet[0] >> 3
    if config < 12:
        return _SILK[config % 4]
    if config < 16:
        return _HYBRID[config % 2]
    return _CELT[config % 4]


def samples(packet: bytes) -> int:
    """Length of the whole packet, in samples at 48 kHz. Raises NotOpus."""
    return frame_samples(packet) * len(frames(packet))


def frames(packet: bytes) -> list[bytes]:
    """The compressed frames of `packet`, without framing. Raises NotOpus."""
    if not packet:
        raise NotOpus("an empty packet")
    code, body = packet[0] & 3, packet[1:]
    if code == 0:
        return [_sized(body)]
    if code == 1:
        half, odd = divmod(len(body), 2)
        if odd:
            raise NotOpus("two equal frames cannot fill an odd number of bytes")
        return [_sized(body[:half]), _sized(body[half:])]
    if code == 2:
        size, at = _length(body, 0)
        if at + size > len(body):
            raise NotOpus("the first frame is longer than the packet")
        return [_sized(body[at : at + size]), _sized(body[at + size :])]
    return _many(body)


def single(toc: int, frame: bytes) -> bytes:
    """A packet that holds one frame, with the table-of-contents byte `toc` of its old packet."""
    return bytes([toc & 0xFC]) + frame


def self_delimited(packet: bytes) -> bytes:
    """A one-frame packet with its length inside, so that another may follow (appendix B)."""
    (frame,) = frames(packet)
    return bytes([packet[0] & 0xFC]) + _encoded_length(len(frame)) + frame


def _sized(frame: bytes) -> bytes:
    if len(frame) > _MAX_FRAME_BYTES:
        raise NotOpus("a frame above 1275 bytes")
    return frame


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise NotOpus("a length is missing")
    if data[at] < 252:
        return data[at], at + 1
    if at + 1 >= len(data):
        raise NotOpus("half a length")
    return data[at + 1] * 4 + data[at], at + 2


def _encoded_length(size: int) -> bytes:
    if size < 252:
        return bytes([size])
    first = 252 + size % 4
    return bytes([first, (size - first) // 4])


def _many(body: bytes) -> list[bytes]:
    """Code 3: a count, optional padding, and frames of constant or given lengths."""
    if not body:
        raise NotOpus("a frame count is missing")
    count, at, padding = body[0] & 0x3F, 1, 0
    if body[0] & 0x40:
        padding, at = _padding(body, at)
    data = body[at : len(body) - padding]
    if not count or padding > len(body) - at:
        raise NotOpus("no frame, or more padding than packet")
    return _varied(data, count) if body[0] & 0x80 else _equal(data, count)


def _padding(body: bytes, at: int) -> tuple[int, int]:
    padding = 0
    while True:
        if at >= len(body):
            raise NotOpus("padding without an end")
        padding += min(body[at], 254)
        at += 1
        if body[at - 1] != 255:
            return padding, at


def _equal(data: bytes, count: int) -> list[bytes]:
    size, rest = divmod(len(data), count)
    if rest:
        raise NotOpus("equal frames do not fill the packet")
    return [_sized(data[n * size : (n + 1) * size]) for n in range(count)]


def _varied(data: bytes, count: int) -> list[bytes]:
    sizes, at = [], 0
    for _ in range(count - 1):
        size, at = _length(data, at)
        sizes.append(size)
    found = []
    for size in sizes:
        if at + size > len(data):
            raise NotOpus("a frame is longer than the packet")
        found.append(data[at : at + size])
        at += size
    return [*found, _sized(data[at:])]
