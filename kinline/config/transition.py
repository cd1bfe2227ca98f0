"""The command transition: what becomes of an old balance. No database and no server.

Standard output carries JSON alone; a wrong question is JSON on standard error and exit code 2.
"""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from kinline.config.rating import (
    JsonParser,
    Wrong,
    answering,
    day_of,
    place_of,
    words_of,
    write,
)
from kinline.core.transition.decide import Decision, Facts, decide
from kinline.core.transition.words import AccountKind
from kinline.laws import loader
from kinline.laws.transition import old_money

FIELDS = {"kind", "balance", "facilities", "as_of", "last_activity_on"}
NEEDED = FIELDS - {"last_activity_on"}


def main(words: list[str]) -> int:
    """Run the command; its exit code."""
    parser = JsonParser(
        prog="kinline transition",
        description="What becomes of an old balance, and why.",
        allow_abbrev=False,
    )
    parser.add_argument("facts", metavar="FILE", help="the account as JSON; - is standard input")
    given = parser.parse_args(words)
    with answering() as answer:
        try:
            facts = facts_of(_read(given.facts))
        except ValueError as wrong:
            raise Wrong(str(wrong)) from wrong
        write(sys.stdout.buffer, told(decide(facts, loader.book(), old_money())))
    return answer.code


def facts_of(given: Mapping[str, Any]) -> Facts:
    """An account as its holder's facts describe it. Raises Wrong, and ValueError as Facts does."""
    if unknown := given.keys() - FIELDS:
        raise Wrong(f"unknown: {', '.join(sorted(unknown))}")
    if missing := NEEDED - given.keys():
        raise Wrong(f"missing: {', '.join(sorted(missing))}")
    return Facts(
        kind=_kind(given["kind"]),
        amount=_whole(given["balance"]),
        places=tuple(place_of(code) for code in _codes(given["facilities"])),
        as_of=_day(given["as_of"], "as_of"),
        last_activity_on=_last(given.get("last_activity_on")),
    )


def told(decision: Decision) -> dict[str, Any]:
    """The answer as plain data. The field names are a stable interface (docs/laws.md)."""
    return {
        "answer": decision.outcome.value,
        "refundable_cents": decision.refundable_cents,
        "can_request": decision.can_request,
        "sentence": words_of("balance").sentence(decision),
        "citations": list(decision.citations),
        "deadline_on": decision.deadline_on.isoformat() if decision.deadline_on else None,
    }


def _read(name: str) -> Mapping[str, Any]:
    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as wrong:
        raise Wrong(f"cannot read {name}: {wrong.strerror}") from wrong
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise Wrong(f"{name} is no JSON: {wrong}") from wrong
    if not isinstance(found, dict):
        raise Wrong("the facts are an object with fields")
    return found


def _kind(word: Any) -> AccountKind:
    try:
        return AccountKind(word)
    except ValueError:
        known = ", ".join(kind.value for kind in AccountKind)
        raise Wrong(f"kind {word!r} is none of {known}") from None


def _whole(number: Any) -> int:
    if type(number) is not int:
        raise Wrong(f"balance {number!r} is no whole number of cents or pieces")
    return number


def _codes(given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Wrong("facilities is a list of codes")
    return list(dict.fromkeys(given))


def _day(given: Any, name: str) -> date:
    if not isinstance(given, str):
        raise Wrong(f"{name} is not a day like 2023-12-01")
    return day_of(given)


def _last(given: Any) -> date | None:
    return None if given is None else _day(given, "last_activity_on")
