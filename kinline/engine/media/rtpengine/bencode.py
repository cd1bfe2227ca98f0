"""Bencode, which rtpengine's ng protocol speaks: whole numbers, strings, lists, dictionaries.

Strings go out as text or bytes and come in as text; what is no UTF-8 in them is replaced.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Value = int | str | bytes | Sequence["Value"] | Mapping[str, "Value"]

_DEEPEST = 20


def encoded(value: Value) -> bytes:
    match value:
        case int():
            return b"i%de" % value
        case str():
            return encoded(value.encode())
        case bytes():
            return b"%d:%b" % (len(value), value)
        case Mapping():
            pairs = (encoded(key) + encoded(one) for key, one in value.items())
            return b"d" + b"".join(pairs) + b"e"
        case _:
            return b"l" + b"".join(encoded(one) for one in value) + b"e"


def decoded(data: bytes) -> Any:
    """Raises ValueError for what is no bencode, and for more than one value."""
    try:
        value, end = _value(data, 0, _DEEPEST)
    except IndexError:
        raise ValueError("bencode without an end") from None
    if end != len(data):
        raise ValueError("more than one value")
    return value


def _value(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if not depth:
        raise ValueError("bencode too deep")
    kind = data[at : at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1 : end]), end + 1
    if kind == b"l":
        return _list(data, at + 1, depth - 1)
    if kind == b"d":
        found, end = _list(data, at + 1, depth - 1)
        if len(found) % 2 or not all(isinstance(key, str) for key in found[::2]):
            raise ValueError("a dictionary of pairs")
        return dict(zip(found[::2], found[1::2], strict=True)), end
    colon = data.index(b":", at)
    size = int(data[at:colon])
    if size < 0 or colon + 1 + size > len(data):
        raise ValueError("a string longer than its message")
    return data[colon + 1 : colon + 1 + size].decode("utf-8", "replace"), colon + 1 + size


def _list(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    found = list[Any]()
    while data[at] != ord("e"):
        one, at = _value(data, at, depth)
        found.append(one)
    return found, at + 1
