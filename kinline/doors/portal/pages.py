"""What the portal's pages show: room views turned into words, nothing decided here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kinline.apps.calls.queries.portal import Caller, ContactCall
from kinline.apps.facilities.lines import AnsweredLine, name_in
from kinline.apps.notices.queries import NoteView
from kinline.apps.people.queries import BlockView
from kinline.core.call.announcement import Acceptance, acceptance_of
from kinline.core.call.states import EndReason, Side, State
from kinline.core.ids import PlaceCode
from kinline.doors.screen import Bill, Ending, bill, ending, endings, limit_note, money_wins
from kinline.doors.words import announcement, clock, price
from kinline.doors.words.refusals import short
from kinline.laws.loader import places


@dataclass(frozen=True, slots=True)
class CallerCard:
    """Someone who may call this contact, and whether they can now."""

    caller: Caller
    first_name: str
    now: str
    limit: str
    price: price.Price | None


@dataclass(frozen=True, slots=True)
class Row:
    """One call in the history."""

    call: ContactCall
    who: str
    outcome: str
    cost: str
    free: bool
    missed: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything a call page must be able to show, whatever happens to web meanwhile."""

    call: ContactCall
    caller: str
    first_name: str
    price: price.Price | None
    money: str
    money_ends: bool
    said: list[str]
    keys: str
    direct: bool
    may_block: bool
    line: str
    limit: str
    endings: list[Ending]
    ended: Ending | None
    bill: Bill | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A line that is always open and rings here."""

    name: str
    place: str
    private: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """A note that a call was missed."""

    note: UUID
    sentence: str
    place: str
    when: str
    put_away: str


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One block in the list."""

    block: BlockView
    name: str
    made: str


def card(caller: Caller, now: datetime) -> CallerCard:
    """A caller as a card of the home page."""
    first = _first(caller.person_name)
    return CallerCard(
        caller=caller,
        first_name=first,
        now=_can_call(caller, first, now),
        limit=clock.span(caller.hours.max_call_seconds) if caller.hours.max_call_seconds else "",
        price=price.words_of(caller.price) if caller.price else None,
    )


def row(call: ContactCall) -> Row:
    """A call as a line of the history."""
    said = bill(call.charge)
    return Row(
        call=call,
        who=call.person_name or someone(),
        outcome=_outcome(call),
        cost=said.due if said and not said.free else "",
        free=bool(said and said.free),
        missed=call.missed,
    )


def screen(call: ContactCall) -> Screen:
    """A call as its page."""
    who = call.person_name or someone()
    names = {"inside": _first(call.person_name) or who, "outside": _("You")}
    over = call.state == State.ENDED
    acceptance = acceptance_of(call.announcement)
    return Screen(
        call=call,
        caller=who,
        first_name=names["inside"],
        price=price.words_of(call.price) if call.price else None,
        money=" ".join(announcement.money(call.announcement, name=names["inside"])),
        money_ends=money_wins(call.limits),
        said=announcement.sentences(call.announcement, name=who, place=call.facility_name),
        keys=announcement.keys(acceptance),
        direct=acceptance is Acceptance.DIRECT,
        may_block=not call.lines,
        line=name_in(call.lines, get_language() or "en") if call.lines else "",
        limit=limit_note(call.limits, facility=call.facility_name),
        endings=endings(Side.OUTSIDE, **names),
        ended=ending(call.end_reason, Side.OUTSIDE, **names) if over else None,
        bill=bill(call.charge, parts=call.paying, viewer=Side.OUTSIDE, names=names),
    )


def greeting(name: str, zone: str | None, now: datetime) -> str:
    """Good evening, Odette. By the clock of the people one waits for; without any, Hello."""
    facts = {"name": _first(name)}
    if zone is None:
        return _("Hello, %(name)s.") % facts
    hour = now.astimezone(ZoneInfo(zone)).hour
    if hour < 5 or hour >= 18:
        return _("Good evening, %(name)s.") % facts
    if hour < 12:
        return _("Good morning, %(name)s.") % facts
    return _("Good afternoon, %(name)s.") % facts


def someone() -> str:
    """Whoever calls where nobody signs in."""
    return _("Someone inside")


def answered(line: AnsweredLine) -> Answered:
    """An open line as whoever answers it sees it."""
    name = name_in(line.names, get_language() or "en")
    return Answered(name=name, place=line.facility_name, private=line.private)


def missed(note: NoteView, now: datetime) -> Missed:
    """A note of a missed call in words."""
    when = clock.when(note.at, _zone(note.facts["place"]), now)
    return Missed(
        note=note.id,
        sentence=_("You missed a call from %(name)s.")
        % {"name": note.facts["person_name"] or someone()},
        place=note.facts["facility_name"],
        when=when,
        # Several buttons of one name: a screen reader's list of them needs to tell them apart.
        put_away=_("Put away: %(when)s") % {"when": when},
    )


def block_row(block: BlockView) -> BlockRow:
    """A block in words."""
    everyone = _("Everyone at %(place)s") % {"place": block.facility_name}
    return BlockRow(
        block=block,
        name=block.person_name if block.kind == "person" else everyone,
        made=_("Blocked %(day)s") % {"day": clock.day(block.made_at, _zone(block.place))},
    )


def _can_call(caller: Caller, first: str, now: datetime) -> str:
    facts = {"name": first, "place": caller.facility_name}
    if caller.blocked:
        return _("You blocked these calls.")
    if caller.refusals:
        return " ".join(short(refusal) for refusal in caller.refusals)
    if not caller.hours.offered:
        return _("%(place)s does not offer calls today.") % facts
    if caller.hours.open_now:
        facts["closes"] = clock.wall(caller.hours.closes_at) if caller.hours.closes_at else ""
        return (
            _(
                "%(name)s can call you now. Phones close at %(closes)s. "
                "Keep this page open: calls come to you, you can’t call in."
            )
            % facts
        )
    if caller.hours.next_opens_at is None:
        return _("Phones are closed now. The next opening is not known yet.")
    facts["opens"] = clock.when(caller.hours.next_opens_at, caller.zone, now)
    return _("Phones are closed now. They open: %(opens)s.") % facts


def _outcome(call: ContactCall) -> str:
    if call.state != State.ENDED:
        return _("Going on now")
    if call.talk_seconds:
        return clock.span(call.talk_seconds)
    names = {"inside": _first(call.person_name) or someone(), "outside": _("You")}
    if call.end_reason == EndReason.HUNG_UP_INSIDE:
        return _("Stopped ringing before you answered.")
    return ending(call.end_reason, Side.OUTSIDE, **names).sentence


def _first(name: str) -> str:
    return name.split()[0] if name.split() else name


def _zone(place: str) -> ZoneInfo:
    return places()[PlaceCode(place)].zone
