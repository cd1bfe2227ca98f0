"""Reads the YAML of the law once, checks it whole, and hands out immutable values.

A mistake in the book is an error at load, with file and line: never a free call by accident.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from kinline.core.ids import PlaceCode
from kinline.core.money import Money
from kinline.core.period import Period
from kinline.core.place import Custody, Place
from kinline.core.rating.book import Payer, Rule, RuleBook, RulesOverlap, Service

HOME = Path(__file__).parent
LINE = "__line__"


class LawError(Exception):
    """The book does not hold; the message begins with file and line."""


@cache
def book() -> RuleBook:
    """Every law and tariff that ships. Raises LawError."""
    return read_book(HOME)


@cache
def places() -> Mapping[PlaceCode, Place]:
    """Every place that ships, by code. Raises LawError."""
    return {place.code: place for place in read_places(HOME)}


def read_book(home: Path) -> RuleBook:
    """The rule book of one folder: *.yaml are laws, tariffs/*.yaml tariffs. Raises LawError."""
    rules = [rule for file in sorted(home.glob("*.yaml")) for rule in _rules(file)]
    rules += [rule for file in sorted(home.glob("tariffs/*.yaml")) for rule in _rules(file)]
    try:
        return RuleBook(tuple(rules))
    except RulesOverlap as clash:
        raise LawError(str(clash)) from clash


def read_places(home: Path) -> Iterator[Place]:
    """The places of one folder, from places/*.yaml. Raises LawError."""
    seen: set[str] = set()
    for file in sorted(home.glob("places/*.yaml")):
        head = _read(file)
        for entry in head["places"]:
            with_origin = _Entry(file, entry)
            if entry["code"] in seen:
                raise LawError(f"{with_origin.origin}: {entry['code']} stands twice")
            seen.add(entry["code"])
            yield with_origin.place(head)


def _rules(file: Path) -> Iterator[Rule]:
    head = _read(file)
    for entry in head["rules"]:
        yield _Entry(file, entry).rule(head)


class _Entry:
    """One value of a file, read with its place in the file at hand for errors."""

    def __init__(self, file: Path, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.origin = f"{file.name}:{fields.get(LINE, 0)}"

    def rule(self, head: dict[str, Any]) -> Rule:
        is_tariff = "place" in head
        known = {"id", "from", "to", "services", "price_cents_per_minute", "payer"}
        known |= {"citation", "source", "verify"} | (set() if is_tariff else {"custody"})
        self._only(known)
        try:
            return Rule(
                id=self._text("id"),
                period=Period(self._day("from"), self._day("to") if "to" in self.fields else None),
                services=frozenset(Service(word) for word in self.fields["services"]),
                price_per_minute=Money(self.fields["price_cents_per_minute"]),
                payer=Payer(self._text("payer")),
                citation=self._text("citation"),
                source=self._text("source"),
                jurisdiction=head.get("jurisdiction", ""),
                custody=frozenset(Custody(word) for word in self.fields.get("custody", ())),
                place=PlaceCode(head["place"]) if is_tariff else None,
                fictional=bool(head.get("fictional", False)),
                verify=tuple(self.fields.get("verify", ())),
                origin=self.origin,
            )
        except (KeyError, ValueError, TypeError) as wrong:
            raise LawError(f"{self.origin}: {_say(wrong)}") from wrong

    def place(self, head: dict[str, Any]) -> Place:
        self._only({"code", "name", "custody", "zone"})
        try:
            return Place(
                code=PlaceCode(self._text("code")),
                name=self._text("name"),
                custody=frozenset(Custody(word) for word in self.fields["custody"]),
                zone=ZoneInfo(self.fields.get("zone", head["zone"])),
                jurisdiction=head["jurisdiction"],
                fictional=bool(head.get("fictional", False)),
            )
        except (KeyError, ValueError, TypeError, ZoneInfoNotFoundError) as wrong:
            raise LawError(f"{self.origin}: {_say(wrong)}") from wrong

    def _only(self, known: Iterable[str]) -> None:
        strangers = sorted(set(self.fields) - set(known) - {LINE})
        if strangers:
            raise LawError(f"{self.origin}: unknown field {strangers[0]!r}")

    def _text(self, name: str) -> str:
        value = self.fields[name]
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name} must be words")
        return value

    def _day(self, name: str) -> date:
        value = self.fields[name]
        if type(value) is not date:
            raise ValueError(f"{name} must be a day like 2023-12-01")
        return value


def _say(wrong: Exception) -> str:
    return f"{wrong.args[0]} is missing" if isinstance(wrong, KeyError) else str(wrong)


class _Lines(yaml.SafeLoader):
    """Keeps the line of every mapping, so that an error can name it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        fields = super().construct_mapping(node, deep=deep)
        fields[LINE] = node.start_mark.line + 1
        return fields


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.load(file.read_text(), _Lines)
    except yaml.YAMLError as wrong:
        raise LawError(f"{file.name}: {wrong}") from wrong
    if not isinstance(content, dict):
        raise LawError(f"{file.name}:1: a law file is a mapping")
    return content
