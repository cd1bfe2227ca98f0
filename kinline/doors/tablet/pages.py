"""What the tablet's pages show: room views turned into words, nothing decided here."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kinline.apps.calls.paying import Money
from kinline.apps.calls.queries.tablet import AllowedEntry, CallingToday, InsideCall
from kinline.apps.charging.queries import PriceView
from kinline.apps.facilities.lines import IntakeView, LineView, name_in
from kinline.apps.facilities.queries import Device
from kinline.apps.people.actions.sign_in import Inside
from kinline.core.call.states import Side, State
from kinline.core.policy.paying import A_MINUTE
from kinline.doors.screen import Bill, Ending, bill, ending, endings, limit_note, money_wins
from kinline.doors.words import clock, ends, numbers, paying, price
from kinline.doors.words.refusals import Rows, rows, short


@dataclass(frozen=True, slots=True)
class Home:
    """The first page after sign-in."""

    greeting: str
    calls: str
    open_now: bool
    price: price.Price | None
    limit: str
    money: str


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything the call page must be able to show, whatever happens to web meanwhile.

    `number` and `key` are there before the call has a name: the page dials with them. `dial`,
    `calls` and `back` are addresses: those of a call without a person are others. `direct`: the
    line answers without a key.
    """

    name: str
    zone: str
    facility: str
    private: bool
    price: price.Price | None
    limit_seconds: int | None
    limit: str
    money: str
    endings: list[Ending]
    money_ends: bool = False
    call: InsideCall | None = None
    ended: Ending | None = None
    bill: Bill | None = None
    number: str = ""
    key: str = ""
    line: bool = False
    direct: bool = False
    dial: str = ""
    calls: str = ""
    screen: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One call in the list of one's own calls."""

    call: InsideCall
    name: str
    outcome: str
    cost: str
    free: bool
    live: bool


def home(inside: Inside, today: CallingToday, now: datetime, money: Money | None = None) -> Home:
    """The greeting by the clock on the facility's wall, and whether one can call now."""
    return Home(
        greeting=greeting(inside.given_name, inside.zone, now),
        calls=open_words(today, inside.zone, now),
        open_now=today.hours.open_now,
        price=price.words_of(today.price) if today.price else None,
        limit=clock.span(today.hours.max_call_seconds) if today.hours.max_call_seconds else "",
        money=money_words(money),
    )


def greeting(name: str, zone: str, now: datetime) -> str:
    """Good evening, Julian."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    if hour < 5 or hour >= 18:
        return _("Good evening, %(name)s.") % {"name": name}
    if hour < 12:
        return _("Good morning, %(name)s.") % {"name": name}
    return _("Good afternoon, %(name)s.") % {"name": name}


def open_words(today: CallingToday, zone: str, now: datetime) -> str:
    """Until when one can call, or from when."""
    if not today.hours.offered:
        return _("No calls today")
    if today.hours.open_now and today.hours.closes_at:
        return _("Until %(time)s") % {"time": clock.wall(today.hours.closes_at)}
    if today.hours.next_opens_at:
        return _("Closed. Opens: %(time)s") % {
            "time": clock.when(today.hours.next_opens_at, zone, now)
        }
    return _("Closed now")


def money_words(money: Money | None, name: str = "") -> str:
    """What there is for calls, and how long that is; empty where calls are free."""
    if money is None:
        return ""
    said = [paying.have(money.own)]
    if money.theirs and name:
        said.append(paying.others_pay(name, alone=not money.own))
    if money.minutes:
        said.append(paying.lasts(money.minutes))
    elif money.minutes == 0 and not name and money.others_may:
        said.append(paying.others_may_pay())
    return " ".join(said)


def plan(
    inside: Inside,
    today: CallingToday,
    *,
    number: str,
    entry: AllowedEntry | None,
    money: Money | None,
) -> Screen:
    """The page of a call that is about to be dialled."""
    name = named(entry.label, entry.contact_name, number) if entry else numbers.shown(number)
    longest = [today.hours.max_call_seconds, entry.max_call_seconds if entry else None]
    known = [seconds for seconds in longest if seconds]
    return Screen(
        name=name,
        zone=inside.zone,
        facility=inside.facility_name,
        private=bool(entry and entry.private),
        price=price.words_of(today.price) if today.price else None,
        limit_seconds=min(known) if known else None,
        limit="",
        money=money_words(money, name),
        endings=endings(Side.INSIDE, inside=inside.given_name, outside=name),
        number=number,
        key=uuid4().hex,
    )


def line_plan(zone: str, facility: str, line: LineView) -> Screen:
    """The page of a call to an open line that is about to be dialled."""
    name = line.name(get_language() or "en")
    return Screen(
        name=name,
        zone=zone,
        facility=facility,
        private=line.private,
        price=None,
        limit_seconds=None,
        limit="",
        money="",
        endings=endings(Side.INSIDE, inside=_("You"), outside=name),
        number=line.e164,
        key=uuid4().hex,
        line=True,
        direct=line.direct,
    )


def intake_plan(device: Device, rule: IntakeView, today: PriceView | None, number: str) -> Screen:
    """The page of a call without sign-in that is about to be dialled."""
    name = numbers.shown(number)
    return Screen(
        name=name,
        zone=device.zone,
        facility=device.facility_name,
        private=False,
        price=price.words_of(today) if today else None,
        limit_seconds=rule.max_call_seconds,
        limit="",
        money="",
        endings=endings(Side.INSIDE, inside=_("You"), outside=name),
        number=number,
        key=uuid4().hex,
    )


def dialled_at(plan: Screen, route: str) -> Screen:
    """The same page, with where it gets its pass."""
    return replace(plan, dial=reverse(route))


def screen(inside: Inside, call: InsideCall) -> Screen:
    """The page of a call that has a name."""
    return call_screen(call, inside.given_name)


def call_screen(call: InsideCall, given_name: str) -> Screen:
    """The same, for whoever made the call; `given_name` empty where nobody signed in."""
    name = name_of(call)
    names = {"inside": given_name or _("You"), "outside": name}
    over = call.state == State.ENDED
    return Screen(
        name=name,
        zone=call.zone,
        facility=call.facility_name,
        private=call.private,
        price=price.words_of(call.price) if call.price and not call.lines else None,
        limit_seconds=call.limit_seconds,
        limit=limit_note(call.limits, facility=call.facility_name),
        money=_money_of(call, name),
        money_ends=money_wins(call.limits),
        line=bool(call.lines),
        direct=call.direct,
        endings=endings(Side.INSIDE, **names),
        call=call,
        ended=ending(call.end_reason, Side.INSIDE, **names) if over else None,
        bill=bill(call.charge, parts=call.paying, viewer=Side.INSIDE, names=names),
    )


def _money_of(call: InsideCall, name: str) -> str:
    """What this call is paid from, as it was dialled."""
    if not call.paying:
        return ""
    own = paying.mine(call.paying, Side.INSIDE)
    said = [paying.have(sum(part.free for part in own))] if own else []
    if len(own) < len(call.paying):
        said.append(paying.others_pay(name, alone=not own))
    if money_wins(call.limits):
        said.append(paying.lasts(call.limits[0].seconds // A_MINUTE))
    return " ".join(said)


def reasons(call: InsideCall, now: datetime) -> list[Rows]:
    """Every reason why a call did not go out."""
    name = name_of(call)
    number = numbers.shown(call.number)
    what = number if name == number else f"{name}, {number}"
    return [
        rows(refusal, what=what, outside=name, zone=call.zone, now=now) for refusal in call.refusals
    ]


def row(inside: Inside, call: InsideCall) -> Row:
    """A call as a line of the list."""
    name = name_of(call)
    said = bill(call.charge)
    return Row(
        call=call,
        name=name,
        outcome=_outcome(inside, call, name),
        cost=said.due if said and not said.free else "",
        free=bool(said and said.free),
        live=call.live,
    )


def named(label: str, contact: str, number: str) -> str:
    """What the person calls them, else their name, else the number."""
    return label or contact or numbers.shown(number)


def name_of(call: InsideCall) -> str:
    """Who was called: an open line by its own name, everybody else as `named`."""
    if call.lines:
        return name_in(call.lines, get_language() or "en")
    return named(call.label, call.contact_name, call.number)


def entry_for(entries: list[AllowedEntry], number: str) -> AllowedEntry | None:
    """The entry of the allowed list that a typed number means, if any: for its name only."""
    digits = "".join(filter(str.isdigit, number))
    national = digits if len(digits) == 11 else f"1{digits}"
    return next((entry for entry in entries if entry.e164.lstrip("+") in (digits, national)), None)


def _outcome(inside: Inside, call: InsideCall, name: str) -> str:
    if call.state == State.REFUSED:
        return " ".join(short(refusal, outside=name) for refusal in call.refusals[:1])
    if call.state != State.ENDED:
        return _("Going on now")
    if call.talk_seconds:
        return clock.span(call.talk_seconds)
    return ends.sentence(call.end_reason, Side.INSIDE, inside=inside.given_name, outside=name)
