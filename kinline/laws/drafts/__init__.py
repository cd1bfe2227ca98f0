"""Bills and plans beside the book: what a change of the law would cost, before anybody votes."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from kinline.core.rating.book import RuleBook
from kinline.laws.loader import HOME, LawError, draft
from kinline.laws.reading import Entry, plain, read

FOLDER = HOME / "drafts"
LISTS = ("laws", "tariffs", "contracts", "caps")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of the law. `on` is the first day on which all of it would hold."""

    code: str
    title: str
    on: date
    book: RuleBook

    @property
    def in_full(self) -> RuleBook:
        """The book as of that day, as if it always were: for asking what the past would cost."""
        return self.book.as_of(self.on)


def opened(file: Path) -> Draft:
    """The draft in a file. Raises LawError: for what the book would refuse, and without a title."""
    head = read(file)
    top = Entry(file, head)
    days = [Entry(file, fields).day("from") for name in LISTS for fields in head.get(name) or []]
    if top.has("ends"):
        table = top.mapping("ends")
        days += [table.day(name) for name in plain(table.fields)]
    if not days:
        raise LawError(f"{file.name}: a draft changes something")
    return Draft(file.stem, top.text("title"), max(days), draft(file))


@cache
def shipped() -> dict[str, Draft]:
    """The drafts that come along, by code. Raises LawError."""
    return {file.stem: opened(file) for file in sorted(FOLDER.glob("*.yaml"))}
