"""The lines that are always open, read out on a wall phone and chosen by one key."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kinline.core.control import OpenLine
from kinline.engine.ivr.keypad import Keypad
from kinline.engine.ivr.prompts import number
from kinline.engine.media.port import Clip

BACK, MORE = "0", "9"
# With one key each; where there are more lines, the last key leads to the next ones.
_AT_ONCE, _WITH_MORE = 9, 8
OTHER = "line:other"


async def chosen(keypad: Keypad, lines: Sequence[OpenLine]) -> OpenLine | None:
    """The line whose key was pressed, None for going back.

    Raises NobodyThere after three silences, and HungUp.
    """
    pages, place = paged(lines), 0
    while True:
        shown = pages[place]
        many = len(pages) > 1
        keys = "".join(str(key) for key in range(1, len(shown) + 1))
        question = [*_said(keypad, shown, lines), *_ways_on(keypad, many=many)]
        key = await keypad.choice(question, keys + BACK + (MORE if many else ""), "help.lines")
        if key == BACK:
            return None
        if many and key == MORE:
            place = (place + 1) % len(pages)
        else:
            return shown[int(key) - 1]


def paged(lines: Sequence[OpenLine]) -> list[Sequence[OpenLine]]:
    """The lines in the order to say them, as many at once as there are keys."""
    if len(lines) <= _AT_ONCE:
        return [lines]
    return [lines[at : at + _WITH_MORE] for at in range(0, len(lines), _WITH_MORE)]


def _said(keypad: Keypad, shown: Sequence[OpenLine], lines: Sequence[OpenLine]) -> Iterator[Clip]:
    many = Counter(line.kind for line in lines)
    for key, line in enumerate(shown, start=1):
        yield from _name(keypad, line, lines, alone=many[line.kind] == 1)
        yield keypad.clip(f"press.{key}")


def _name(
    keypad: Keypad, line: OpenLine, lines: Sequence[OpenLine], *, alone: bool
) -> Iterator[Clip]:
    """What a facility recorded for this very line; else what it is for, numbered if need be."""
    own = f"line:{line.line}"
    if keypad.has(own):
        yield keypad.clip(own)
        return
    kind = f"line:{line.kind}"
    yield keypad.clip(kind if keypad.has(kind) else OTHER)
    if not alone:
        same = [one.line for one in lines if one.kind == line.kind]
        yield keypad.clip("line.number")
        for part in number(same.index(line.line) + 1, keypad.language):
            yield keypad.clip(part)


def _ways_on(keypad: Keypad, *, many: bool) -> Iterator[Clip]:
    if many:
        yield keypad.clip("lines.more")
        yield keypad.clip(f"press.{MORE}")
    yield keypad.clip("lines.back")
    yield keypad.clip(f"press.{BACK}")
