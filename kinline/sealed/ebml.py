"""EBML, the binary grammar of WebM (RFC 8794): elements with a number, a length and a body."""


def element(name: int, body: bytes) -> bytes:
    """An element with its body."""
    return element_id(name) + length(len(body)) + body


def number(name: int, value: int) -> bytes:
    """An element that holds an unsigned number."""
    return element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def element_id(name: int) -> bytes:
    """What an element begins with; its number says by itself how many bytes it takes."""
    return name.to_bytes((name.bit_length() + 7) // 8, "big")


def length(value: int, *, width: int = 0) -> bytes:
    """An EBML length: the number of leading zero bits says how many bytes follow."""
    width = width or next(n for n in range(1, 9) if value < (1 << (7 * n)) - 1)
    return (value | 1 << (7 * width)).to_bytes(width, "big")
