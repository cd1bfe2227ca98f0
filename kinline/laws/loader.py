"""Reads the YAML of the law once, checks it whole, and hands out immutable values.

A mistake in the book is an error at load, with file and line: never a free call by accident.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kinline.core.ids import PlaceCode
from kinline.core.period import Period
from kinline.core.place import Custody, Place, Population
from kinline.core.rating.book import Contract, Law, RuleBook, RulesOverlap, Tariff
from kinline.core.rating.caps import Cap
from kinline.core.rating.rule import Rule
from kinline.laws import checks, rules
from kinline.laws.reading import Entry, LawError, plain, read

__all__ = ["HOME", "LawError", "book", "draft", "places", "read_book", "read_places"]

HOME = Path(__file__).parent
PLACE = {
    "code", "name", "kind", "custody", "zone", "jurisdiction", "agency", "populations",
    "opened_on", "closed_on",
}  # fmt: skip


@cache
def book() -> RuleBook:
    """Every law and tariff that ships. Raises LawError."""
    return read_book(HOME)


@cache
def places() -> Mapping[PlaceCode, Place]:
    """Every place that ships, by code. Raises LawError."""
    return MappingProxyType({place.code: place for place in read_places(HOME)})


def draft(file: Path) -> RuleBook:
    """The shipped book as a bill or a plan would make it. Raises LawError.

    The draft is a law file that may say `ends: {ID: DAY}` of values that stop holding; its own
    values are added. The whole is checked like the book itself.
    """
    return read_book(HOME, drafts=(file,))


def read_book(home: Path, drafts: Sequence[Path] = ()) -> RuleBook:
    """The rule book of one folder: *.yaml are laws, tariffs/*.yaml tariffs and contracts.

    Raises LawError: for what does not read, for overlaps, for gaps, for prices above a cap.
    """
    known = {place.code: place for place in read_places(home)}
    files = [*sorted(home.glob("*.yaml")), *sorted(home.glob("tariffs/*.yaml")), *drafts]
    found = list(_values(files, known))
    try:
        made = RuleBook(
            laws=tuple(one for one in found if isinstance(one, Law)),
            tariffs=tuple(one for one in found if isinstance(one, Tariff)),
            contracts=tuple(one for one in found if isinstance(one, Contract)),
            caps=tuple(one for one in found if isinstance(one, Cap)),
        )
    except RulesOverlap as clash:
        raise LawError(str(clash)) from clash
    checks.check(made, known)
    return made


def read_places(home: Path) -> Iterator[Place]:
    """The places of one folder, from places/*.yaml. Raises LawError."""
    seen: set[str] = set()
    for file in sorted(home.glob("places/*.yaml")):
        head = read(file)
        for fields in head.get("places") or []:
            entry = Entry(file, {**_inherited(head), **fields})
            place = _place(entry)
            if place.code in seen:
                raise entry.wrong(f"{place.code} stands twice")
            seen.add(place.code)
            yield place


def _inherited(head: dict[str, Any]) -> dict[str, Any]:
    return {name: head[name] for name in ("jurisdiction", "zone", "fictional") if name in head}


def _place(entry: Entry) -> Place:
    entry.only(PLACE | {"fictional"})
    code = PlaceCode(entry.text("code"))
    return Place(
        code=code,
        name=entry.text("name"),
        kind=entry.text("kind"),
        custody=entry.words("custody", Custody),
        zone=entry.zone("zone"),
        jurisdiction=entry.text("jurisdiction"),
        agency=entry.text("agency", code),
        fictional=bool(entry.fields.get("fictional", False)),
        populations=_populations(entry),
        open=_open(entry),
    )


def _populations(entry: Entry) -> tuple[Population, ...]:
    told = [Entry(entry.file, fields) for fields in entry.fields.get("populations") or []]
    found = tuple(Population(one.day("from"), one.number("people")) for one in told)
    if list(found) != sorted(found, key=lambda one: one.from_on):
        raise entry.wrong("populations must stand in the order of their days")
    return found


def _open(entry: Entry) -> Period | None:
    if not entry.has("opened_on"):
        if entry.has("closed_on"):
            raise entry.wrong("closed_on needs opened_on")
        return None
    return entry.period("opened_on", "closed_on")


def _values(files: Sequence[Path], known: Mapping[PlaceCode, Place]) -> list[Rule]:
    """The values of all files, those named under `ends` shortened. Raises LawError."""
    found: dict[str, Rule] = {}
    ends: list[tuple[Entry, str]] = []
    for file in files:
        head = read(file)
        for value in rules.values(file, head, known):
            if value.id in found:
                raise LawError(f"{value.origin}: {value.id} stands in {found[value.id].origin} too")
            found[value.id] = value
        if head.get("ends"):
            table = Entry(file, head).mapping("ends")
            ends += [(table, name) for name in plain(table.fields)]
    for table, name in ends:
        if name not in found:
            raise table.wrong(f"no value is called {name!r}")
        found[name] = _shortened(found[name], table, name)
    return list(found.values())


def _shortened(value: Rule, table: Entry, name: str) -> Rule:
    try:
        return replace(value, period=Period(value.period.from_on, table.day(name)))
    except ValueError as wrong:
        raise table.wrong(f"{name}: {wrong}") from wrong
