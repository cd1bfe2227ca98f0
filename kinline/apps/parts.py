"""Long lists in parts: a database takes so many words in one question and no more."""

from collections.abc import Iterable, Iterator

MOST = 500


def in_parts(words: Iterable[str]) -> Iterator[list[str]]:
    """These words, each once, in lists short enough for one question."""
    listed = sorted(set(words))
    return (listed[at : at + MOST] for at in range(0, len(listed), MOST))
