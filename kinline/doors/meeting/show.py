"""A visit's meeting page in words: who is where, by which clock, and how it may end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kinline.apps.errors import Refused
from kinline.apps.visits.queries.meeting import Room
from kinline.core.refusal import Refusal
from kinline.core.visit.check_words import LISTS
from kinline.core.visit.terms import LOBBY
from kinline.doors.words import meeting as words
from kinline.doors.words.clock import clock


@dataclass(frozen=True, slots=True)
class Tile:
    """One seat on the screen; `mine` is the viewer's own."""

    seat: str
    name: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the page gets its pass, and where one goes afterwards."""

    ticket: str
    back: str


def facts(room: Room, *, you: str, addresses: Addresses, now: datetime) -> dict[str, Any]:
    """What meeting/screen.html needs. `you` is the viewer's seat; empty for staff who watch."""
    tiles = [Tile(one.seat, joined(one.names), one.seat == you) for one in room.seats]
    others = [one for one in tiles if not one.mine]
    return {
        "room": room,
        "tiles": tiles,
        "others": others,
        "who": others[0].name if you and you != "inside" else joined(one.name for one in others),
        "times": _("%(starts)s to %(ends)s")
        % {"starts": clock(room.starts_at, room.zone), "ends": clock(room.ends_at, room.zone)},
        "starts": clock(room.starts_at, room.zone),
        "ends": clock(room.ends_at, room.zone),
        "addresses": addresses,
        "endings": endings(),
        "word_lists": _word_lists() if room.private else (),
        "began": room.starts_at - LOBBY,
        "now": now,
        "why": None,
    }


def _word_lists() -> list[tuple[str, str]]:
    """Both lists of check words: two who read different languages choose one."""
    return [(language.value, " ".join(words)) for language, words in LISTS.items()]


def endings() -> list[tuple[str, str, str]]:
    """Reason, title and sentence of every end."""
    told = [(reason, str(end.title), str(end.told)) for reason, end in words.ENDS.items()]
    here = [(reason, str(title), str(text)) for reason, (title, text) in words.HERE.items()]
    return told + here


def not_in(no: Refused, room: Room, addresses: Addresses) -> dict[str, Any]:
    """Why one cannot come in now. `opens` is when one can, if that is all that is missing."""
    early = next((one for one in no.refusals if one.code == "visit.too_early"), None)
    return {
        "room": room,
        "why": [_said(one) for one in no.refusals],
        "opens": early.until if early is not None and len(no.refusals) == 1 else None,
        "ended": words.ENDS.get(room.ended.reason) if room.ended else None,
        "addresses": addresses,
    }


def joined(names: Iterable[str]) -> str:
    """Names as one says them: "Odette", "Odette and Rosa", "Odette, Rosa and Theo"."""
    *most, last = [name for name in names if name] or [""]
    if not most:
        return last
    return _("%(names)s and %(last)s") % {"names": ", ".join(most), "last": last}


def _said(refusal: Refusal) -> str:
    return str(words.why_not(refusal.code))
