"""Reads by which rules messages may be rejected: rejection/*.yaml. Raises LawError."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kinline.core.ids import PlaceCode
from kinline.core.message.terms import Direction
from kinline.core.place import Custody, Place
from kinline.core.review.rules import (
    Appealing,
    ListsOverlap,
    NoListInForce,
    RejectionList,
    RejectionRules,
)
from kinline.core.review.terms import Reason
from kinline.laws.loader import HOME, places
from kinline.laws.reading import Entry, LawError, plain, read

LANGUAGES = ("en", "es")
WORDS = "reasons.yaml"
LIST = {
    "id", "from", "to", "custody", "citation", "source", "status", "verify", "ours", "note",
    *(name for way in Direction for name in (way.value, f"{way}_appeal")),
}  # fmt: skip


@cache
def reasons() -> RejectionRules:
    """What ships. Raises LawError."""
    return read_reasons(HOME, places())


def read_reasons(home: Path, known: Mapping[PlaceCode, Place]) -> RejectionRules:
    """The lists of one folder. Raises LawError: for what does not read, for two lists of one day,
    for a reason without words in every language, and for a place without a list today."""
    folder = home / "rejection"
    says = MappingProxyType(dict(_says(folder / WORDS)))
    lists = tuple(
        one for file in sorted(folder.glob("*.yaml")) if file.name != WORDS for one in _lists(file)
    )
    try:
        made = RejectionRules(lists, says)
    except ListsOverlap as clash:
        raise LawError(str(clash)) from clash
    _no_place_without(made, known)
    return made


def _says(file: Path) -> Iterator[tuple[Reason, Mapping[str, str]]]:
    table = Entry(file, read(file)).mapping("reasons")
    table.only(reason.value for reason in Reason)
    for reason in Reason:
        words = table.mapping(reason)
        words.only(LANGUAGES)
        yield reason, MappingProxyType({code: words.text(code) for code in LANGUAGES})


def _lists(file: Path) -> Iterator[RejectionList]:
    head = read(file)
    top = Entry(file, head)
    top.only({"jurisdiction", "lists"})
    for fields in head.get("lists") or []:
        yield _list(Entry(file, fields), top)


def _list(entry: Entry, top: Entry) -> RejectionList:
    entry.only(LIST)
    return RejectionList(
        id=entry.text("id"),
        jurisdiction=top.text("jurisdiction"),
        custody=entry.words("custody", Custody),
        period=entry.period(),
        citations=MappingProxyType({way: _citations(entry, way) for way in Direction}),
        appeals=MappingProxyType({way: _appealing(entry, way) for way in Direction}),
        **entry.sourced(),
        ours=entry.fields.get("ours") is True,
        note=entry.text("note", ""),
        origin=entry.origin,
    )


def _citations(entry: Entry, way: Direction) -> Mapping[Reason, str]:
    table = entry.mapping(way)
    found = {table.word_of(name, Reason): table.text(name) for name in plain(table.fields)}
    if not found:
        raise table.wrong(f"{way} names no reason: nothing could ever be rejected")
    return MappingProxyType(found)


def _appealing(entry: Entry, way: Direction) -> Appealing:
    table = entry.mapping(f"{way}_appeal")
    table.only({"days", "days_are_ours", "decider", "notice"})
    return Appealing(
        days=table.number("days", least=1, most=365),
        decider=table.text("decider"),
        notice=table.text("notice"),
        days_are_ours=table.fields.get("days_are_ours") is True,
    )


def _no_place_without(rules: RejectionRules, known: Mapping[PlaceCode, Place]) -> None:
    """Every place has a list on every day on which any list begins or ends, and so always."""
    turns = {day for one in rules.lists for day in (one.period.from_on, one.period.until_on) if day}
    for place in known.values():
        for day in sorted(turns):
            try:
                rules.at(place, day)
            except NoListInForce as gap:
                raise LawError(f"rejection: {gap}") from gap
