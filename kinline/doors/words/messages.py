"""Written messages in words: what became of one, what it holds, why something was kept back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kinline.apps.messaging.views import Cost
from kinline.core.message.states import State
from kinline.core.message.terms import PartKind
from kinline.core.rating.message import CENT
from kinline.doors.words import clock, price

ICONS: dict[State, str] = {
    State.WAITING: "schedule",
    State.DELIVERED: "check_circle",
    State.IN_PART: "info_outline",
    State.REJECTED: "info_outline",
    State.TAKEN_BACK: "info_outline",
    State.WITHDRAWN: "undo",
}


def mine(state: State, *, sent: str, delivered: str, read: str) -> str:
    """What became of a message, told to who wrote it. The three are moments in words."""
    if state is State.WAITING:
        return _("Waiting for review since %(when)s") % {"when": sent}
    if state is State.WITHDRAWN:
        return _("You took it back before it was delivered")
    if state is State.REJECTED:
        return _("Not delivered")
    if state is State.TAKEN_BACK:
        return _("Delivered %(when)s, and taken back by staff") % {"when": delivered}
    if state is State.IN_PART:
        return _("Delivered in part, %(when)s") % {"when": delivered}
    if read:
        return _("Read, %(when)s") % {"when": read}
    return _("Delivered, %(when)s") % {"when": delivered}


def private(*, sent: str, read: str) -> str:
    """What became of privileged mail, told to who wrote it: nobody looks at it on the way."""
    if read:
        return _("Private. Read, %(when)s") % {"when": read}
    return _("Private. Delivered, %(when)s") % {"when": sent}


def theirs(state: State, *, who: str, when: str) -> str:
    """Who wrote it and when, told to who reads it."""
    facts = {"name": who, "when": when}
    if state is State.IN_PART:
        return _("%(name)s, %(when)s. Part of it was kept back") % facts
    return _("%(name)s, %(when)s") % facts


def gone(state: State, *, who: str) -> str:
    """What stands where the words would be, for who does not get to read them."""
    if state is State.TAKEN_BACK:
        return _("A message from %(name)s was taken back by staff.") % {"name": who}
    return _("A message from %(name)s was not delivered.") % {"name": who}


def erased() -> str:
    """What stands where the words were, after they were kept for as long as the rule says."""
    return _("What was written here is no longer kept.")


def counted(kind: PartKind, number: int) -> str:
    """2 photos, 1 eCard, 1 VideoGram."""
    facts = {"n": number}
    if kind is PartKind.PHOTO:
        return ngettext("%(n)s photo", "%(n)s photos", number) % facts
    if kind is PartKind.CARD:
        return ngettext("%(n)s eCard", "%(n)s eCards", number) % facts
    if kind is PartKind.FILM:
        return ngettext("%(n)s VideoGram", "%(n)s VideoGrams", number) % facts
    return _("the words")


def holding(kinds: Sequence[PartKind]) -> str:
    """What a message without words holds, for a list: "2 photos, 1 VideoGram"."""
    order = [kind for kind in PartKind if kind is not PartKind.TEXT and kind in kinds]
    return ", ".join(counted(kind, kinds.count(kind)) for kind in order)


def kept_back(kind: PartKind) -> str:
    """What stands where a part would be that was kept back."""
    return {
        PartKind.TEXT: _("The words were kept back"),
        PartKind.PHOTO: _("This photo was kept back"),
        PartKind.CARD: _("This eCard was kept back"),
        PartKind.FILM: _("This VideoGram was kept back"),
    }[kind]


def named(kind: PartKind, number: int, of: int) -> str:
    """Which part is meant: "Photo 2", or "The photo" where there is one."""
    facts = {"n": number}
    if kind is PartKind.TEXT:
        return _("The words")
    if of == 1:
        return {
            PartKind.PHOTO: _("The photo"),
            PartKind.CARD: _("The eCard"),
            PartKind.FILM: _("The VideoGram"),
        }[kind]
    return {
        PartKind.PHOTO: _("Photo %(n)s") % facts,
        PartKind.CARD: _("eCard %(n)s") % facts,
        PartKind.FILM: _("VideoGram %(n)s") % facts,
    }[kind]


def last_day(until: datetime, zone: ZoneInfo) -> str:
    """The last day on which one may appeal; `until` is the midnight at which it is over."""
    return clock.long_day((until - timedelta(seconds=1)).astimezone(zone).date())


def in_list(state: State) -> str:
    """How one's newest message stands, in a word or two."""
    return {
        State.WAITING: _("Waiting for review"),
        State.DELIVERED: _("Delivered"),
        State.IN_PART: _("Delivered in part"),
        State.REJECTED: _("Not delivered"),
        State.TAKEN_BACK: _("Taken back by staff"),
        State.WITHDRAWN: _("You took it back"),
    }[state]


def unread(number: int) -> str:
    """1 new message."""
    return ngettext("%(n)s new message", "%(n)s new messages", number) % {"n": number}


def cost(paid: Cost, *, mine: bool) -> str:
    """What a message cost its writer, and what came back of it; empty where it was free."""
    if not mine or paid.free:
        return ""
    told = _("It cost %(sum)s.") % {"sum": amounts(paid.given)}
    if paid.back:
        back = _("%(sum)s came back.") % {"sum": amounts(paid.back)}
        return f"{told} {back}"
    if paid.because is not None:
        return f"{told} {_('None of it comes back: the tariff says so.')}"
    return told


def amounts(given: Mapping[str, int]) -> str:
    """2 stamps, $0.10: an amount of each unit."""
    said = [
        price.dollars(number) if unit == CENT else price.units_of(number, unit)
        for unit, number in given.items()
    ]
    return ", ".join(said)


def photos(number: int) -> str:
    """5 photos."""
    return counted(PartKind.PHOTO, number)


def cards(number: int) -> str:
    """5 eCards."""
    return counted(PartKind.CARD, number)
