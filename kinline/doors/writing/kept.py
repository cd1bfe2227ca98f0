"""What was kept back of a message: what, by which rule, whose, and how one appeals.

Both sides read the same. Nothing of what stood out in triage is told: a finding is a reason to
look, and what counts is what a person decided and why.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kinline.apps.messaging.views import MessageView
from kinline.apps.review.queries.told import AppealTold
from kinline.core.ids import PlaceCode
from kinline.core.message.states import State
from kinline.core.message.terms import PartKind
from kinline.core.review.rules import NoListInForce, NotOnTheList, Ruled
from kinline.core.review.terms import Outcome, Reason, Side
from kinline.doors.words import clock, messages
from kinline.laws.loader import places
from kinline.laws.reasons import reasons


class Around(Protocol):
    """Who the two are, at which facility, and when it is."""

    @property
    def side(self) -> Side: ...
    @property
    def first_name(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def facility_name(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A rejection in its rows, with its clock. `may_appeal`: there is still something to press.

    `wrote` is what staff wrote, `decider` who answers an appeal, `last_day` until when to make it;
    `appeals` say what became of those that were made.
    """

    title: str
    below: str
    what: str
    wrote: str
    rule: str
    citation: str
    whose: str
    until: str
    you_can: str
    may_appeal: bool
    last_day: str
    decider: str
    decided: str
    sent: str
    appeals: tuple[str, ...]


def kept(one: MessageView, around: Around, appeals: Collection[AppealTold]) -> Kept:
    """A message of which all or a part is kept back, as one of its two sides reads it."""
    ruled = _ruled(one, around.place)
    mine_made = any(told.side is around.side for told in appeals)
    may = one.may_appeal(around.now) and not mine_made
    place = {"place": around.facility_name}
    return Kept(
        title=_title(one, around.first_name),
        below=_below(one, around.first_name),
        what=_what(one, around.first_name),
        wrote=_notes(one),
        rule=_says(ruled),
        citation=ruled.citation if ruled else "",
        whose=_whose(ruled) % place,
        until=_("For good, unless an appeal changes it."),
        you_can=_you_can(one, around, may=may),
        may_appeal=may,
        last_day=_last_day(one, around.zone),
        decider=_decider(ruled) % place,
        decided=clock.when(one.decided_at, around.zone, around.now) if one.decided_at else "",
        sent=clock.when(one.sent_at, around.zone, around.now),
        appeals=tuple(appealed(told, around) for told in appeals),
    )


def appealed(told: AppealTold, around: Around) -> str:
    """One appeal and what became of it: "You appealed on Mon, Nov 23. ..."."""
    facts = {"name": around.first_name, "day": clock.day(told.made_at, around.zone)}
    who = (
        _("You appealed on %(day)s.")
        if told.side is around.side
        else _("%(name)s appealed on %(day)s.")
    )
    if told.outcome is None:
        return f"{who % facts} {_('Somebody else looks at it now.')}"
    when = {"day": clock.day(told.answered_at, around.zone) if told.answered_at else ""}
    answer = {
        Outcome.APPROVED: _("Answered on %(day)s: it is delivered after all."),
        Outcome.IN_PART: _("Answered on %(day)s: a part of it is delivered after all."),
        Outcome.REJECTED: _("Answered on %(day)s: the decision stays."),
    }[told.outcome]
    note = _("Staff wrote: %(note)s") % {"note": told.note} if told.note else ""
    return " ".join(part for part in (who % facts, answer % when, note) if part)


def _ruled(one: MessageView, place: str) -> Ruled | None:
    """The rule of the list in force when it was decided; None where the book has none."""
    given = one.reason or next((part.reason for part in one.parts if part.reason), "")
    if not given or one.decided_at is None:
        return None
    try:
        return reasons().ruled(
            place=places()[PlaceCode(place)],
            direction=one.direction,
            reason=Reason(given),
            told_at=one.decided_at,
        )
    except (NoListInForce, NotOnTheList):
        return None


def _says(ruled: Ruled | None) -> str:
    if ruled is None:
        return _("The facility’s rules for what is written.")
    return ruled.says.get((get_language() or "en")[:2]) or ruled.says["en"]


def _whose(ruled: Ruled | None) -> str:
    if ruled is None or ruled.ours:
        return _("Kinline’s list, which %(place)s follows. A reviewer of %(place)s decided.")
    return _("A rule that %(place)s must follow. A reviewer of %(place)s decided.")


def _decider(ruled: Ruled | None) -> str:
    if ruled is not None and "superintendent" in ruled.decider.lower():
        return _("The superintendent of %(place)s, or somebody named for it")
    return _("Somebody at %(place)s who did not make the first decision")


def _title(one: MessageView, name: str) -> str:
    if one.state is State.TAKEN_BACK:
        return _("This message was taken back")
    if one.state is State.REJECTED:
        return _("This message was not delivered")
    if not one.mine:
        return _("A part of this message was kept back")
    return _("Not delivered: %(what)s") % {"what": ", ".join(_counted(one))}


def _below(one: MessageView, name: str) -> str:
    if one.state is not State.IN_PART:
        return ""
    if one.mine:
        return _("%(name)s has the rest of it.") % {"name": name}
    return _("You have the rest of it.")


def _counted(one: MessageView) -> list[str]:
    gone = [part.kind for part in one.parts if part.rejected]
    words = [messages.counted(PartKind.TEXT, 1)] if one.text_rejected else []
    return [*words, messages.holding(gone)] if gone else words


def _what(one: MessageView, name: str) -> str:
    if one.state is State.IN_PART and one.mine:
        return ", ".join(_names(one))
    if one.state is State.IN_PART:
        return _("A part of what %(name)s sent you.") % {"name": name}
    if one.mine:
        return _("All of your message to %(name)s.") % {"name": name}
    return _("All of a message from %(name)s to you.") % {"name": name}


def _names(one: MessageView) -> list[str]:
    kinds = [part.kind for part in one.parts]
    found = [messages.named(PartKind.TEXT, 1, 1)] if one.text_rejected else []
    for at, part in enumerate(one.parts):
        if part.rejected:
            number = kinds[: at + 1].count(part.kind)
            found.append(messages.named(part.kind, number, kinds.count(part.kind)))
    return found


def _notes(one: MessageView) -> str:
    notes: Sequence[str] = [one.note, *(part.note for part in one.parts if part.rejected)]
    return " ".join(dict.fromkeys(note for note in notes if note))


def _last_day(one: MessageView, zone: str) -> str:
    return messages.last_day(one.appeal_until, ZoneInfo(zone)) if one.appeal_until else ""


def _you_can(one: MessageView, around: Around, *, may: bool) -> str:
    facts = {"name": around.first_name, "day": _last_day(one, around.zone)}
    told = _("%(name)s was told the same.") % facts
    if may:
        if one.mine and one.state is State.IN_PART:
            said = _("Appeal until the end of %(day)s, or send something else instead.")
        else:
            said = _("Appeal until the end of %(day)s.")
        return f"{said % facts} {told}"
    if one.appeal_until is not None and around.now >= one.appeal_until:
        return f"{_('The days for an appeal are over: the last was %(day)s.') % facts} {told}"
    return f"{_('Wait for the answer to the appeal.')} {told}"
