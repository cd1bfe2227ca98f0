"""Pages of long lists without counting them: one row more than shown says if there is a next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

SIZE = 25
LAST = 100_000  # further on there is nothing, and databases have an end to their numbers
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 1."""

    items: list[T]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def next_number(self) -> int:
        return self.number + 1

    @property
    def previous_number(self) -> int:
        return self.number - 1


def paginate(
    rows: QuerySet[Any], number: int, build: Callable[[list[Any]], list[T]], size: int = SIZE
) -> Page[T]:
    """The page `number` of `rows`; `build` turns all its rows into views at once."""
    number = min(max(1, number), LAST)
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(build(found[:size]), number, has_next=len(found) > size)
