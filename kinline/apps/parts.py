"""Long lists in parts: a database takes so many words in one question and no more."""

from collections.abc import Iterable, Iterator
from typing import TypeVar
from uuid import UUID

MOST = 500
Word = TypeVar("Word", str, UUID)


def in_parts(words: Iterable[Word]) -> Iterator[list[Word]]:
    """These words or ids, each once, in lists short enough for one question."""
    listed = sorted(set(words))
    return (listed[at : at + MOST] for at in range(0, len(listed), MOST))
