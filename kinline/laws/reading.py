"""YAML with line numbers: whatever is wrong in a law file is said with file and line."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from kinline.core.period import Period
from kinline.core.rating.terms import Status

LINE = "__line__"
BOOLEAN = "tag:yaml.org,2002:bool"


class LawError(Exception):
    """The book does not hold; the message begins with file and line."""


class _Lines(yaml.SafeLoader):
    """Keeps the line of every mapping, and refuses a key that stands twice in one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise LawError(f"{self.name}:{line}: {key.value} stands twice")
            seen.add(key.value)
        fields = super().construct_mapping(node, deep=deep)
        fields[LINE] = node.start_mark.line + 1
        return fields


# YAML 1.1 reads "on" and "no" as true and false; here they are a day's name and Norway.
_Lines.yaml_implicit_resolvers = {
    first: [(tag, word) for tag, word in found if tag != BOOLEAN or first in "tTfF"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(file: Path) -> dict[str, Any]:
    """The mapping in a file. Raises LawError."""
    try:
        loader = _Lines(file.read_text("utf-8"))
        loader.name = file.name
        try:
            content = loader.get_single_data()
        finally:
            loader.dispose()
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise LawError(f"{file.name}: {wrong}") from wrong
    if not isinstance(content, dict):
        raise LawError(f"{file.name}:1: a law file is a mapping")
    return content


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping without the line that was kept for errors."""
    return {name: value for name, value in fields.items() if name != LINE}


class Entry:
    """One value of a file; every getter raises LawError with the place of the value."""

    def __init__(self, file: Path, fields: Any) -> None:
        if not isinstance(fields, dict):
            raise LawError(f"{file.name}: {fields!r} is not a value with fields")
        self.file = file
        self.fields = fields
        self.origin = f"{file.name}:{fields.get(LINE, 0)}"

    def wrong(self, what: str) -> LawError:
        return LawError(f"{self.origin}: {what}")

    def has(self, name: str) -> bool:
        return name in self.fields

    def only(self, known: Iterable[str]) -> None:
        strangers = sorted(set(self.fields) - set(known) - {LINE})
        if strangers:
            raise self.wrong(f"unknown field {strangers[0]!r}")

    def value(self, name: str) -> Any:
        if name not in self.fields:
            raise self.wrong(f"{name} is missing")
        return self.fields[name]

    def text(self, name: str, otherwise: str | None = None) -> str:
        if otherwise is not None and name not in self.fields:
            return otherwise
        value = self.value(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"{name} must be words")
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(f"{name} must be a list of words")
        return tuple(value)

    def number(self, name: str, least: int = 0, most: int = 10_000_000) -> int:
        value = self.value(name)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(f"{name} must be a whole number from {least} to {most}")
        return value

    def optional(self, name: str) -> int | None:
        return self.number(name) if name in self.fields else None

    def day(self, name: str) -> date:
        value = self.value(name)
        if type(value) is not date:
            raise self.wrong(f"{name} must be a day like 2023-12-01")
        return value

    def period(self, first: str = "from", end: str = "to") -> Period:
        """The first day it holds, and the first day it no longer does; open without `end`."""
        until = self.day(end) if self.fields.get(end) is not None else None
        try:
            return Period(self.day(first), until)
        except ValueError as wrong:
            raise self.wrong(str(wrong)) from wrong

    def sourced(self) -> dict[str, Any]:
        """Where a value comes from and how sure it is, as fields of what is made of it."""
        return {
            "citation": self.text("citation"),
            "source": self.text("source"),
            "status": self.word_of(self.text("status"), Status),
            "verify": self.texts("verify"),
        }

    def mapping(self, name: str) -> "Entry":
        value = self.value(name)
        if not isinstance(value, dict):
            raise self.wrong(f"{name} must have fields of its own")
        return Entry(self.file, value)

    def zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(self.text(name))
        except (ZoneInfoNotFoundError, ValueError) as wrong:
            raise self.wrong(f"{name}: no such zone") from wrong

    def words(self, name: str, kind: Any) -> frozenset[Any]:
        """A list of words of an enumeration. Raises LawError for an empty list or a stranger."""
        found = self.texts(name)
        if not found:
            raise self.wrong(
                f"{name} is missing" if name not in self.fields else f"{name} is empty"
            )
        return frozenset(self.word_of(one, kind) for one in found)

    def word_of(self, value: Any, kind: Any) -> Any:
        try:
            return kind(value)
        except ValueError as wrong:
            raise self.wrong(str(wrong)) from wrong
