"""Booking in three steps: who, day and time, check. Only the last one writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kinline.apps.errors import Refused
from kinline.apps.ids import as_uuid
from kinline.apps.visits.actions import waiting
from kinline.apps.visits.actions.booking import Booked, SlotTaken, book
from kinline.apps.visits.queries import calendar as room
from kinline.apps.visits.queries import whom
from kinline.apps.visits.queries.whom import Pair
from kinline.core.schedule.slots import Slot, Standing
from kinline.core.visit.states import State
from kinline.core.visit.terms import MAX_VISITORS
from kinline.doors.visiting import calendar, times
from kinline.doors.visiting.desk import Desk
from kinline.doors.visiting.party import Party, ids, party
from kinline.doors.visiting.times import Wanted
from kinline.doors.words import price as price_words
from kinline.doors.words import visits


@dataclass(frozen=True, slots=True)
class Step:
    """Where one is: `number` counts from 1."""

    number: int
    title: str

    @property
    def names(self) -> tuple[str, ...]:
        return (_("Who"), _("Day and time"), _("Check"))


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to choose in the first step."""

    id: UUID
    name: str
    about: str
    is_chosen: bool
    is_off: bool


# --- who ----------------------------------------------------------------------------------


def who(desk: Desk) -> HttpResponse:
    """Whom to meet, and who comes along; then on to the calendar."""
    asked, pairs = desk.request.GET, desk.pairs()
    chosen = as_uuid(asked.get("other", ""))
    problem = ""
    if "go" in asked:
        found = _chosen(desk, pairs, chosen)
        if found is None:
            problem = _("Choose somebody.")
        else:
            answer = _go_on(desk, found)
            if not isinstance(answer, str):
                return answer
            problem = answer
    facts = {
        "step": Step(1, _("Who meets?")),
        "choices": [_choice(desk, one, chosen) for one in pairs],
        "minors": _minors(desk, pairs, ids(asked, "minor")),
        "most": MAX_VISITORS,
        "problem": problem,
        "emails": [*asked.getlist("email"), "", "", ""][: MAX_VISITORS - 1],
        "asked_more": any(asked.getlist("email")),
    }
    return desk.page("who", facts, 400 if problem else 200)


def _chosen(desk: Desk, pairs: tuple[Pair, ...], chosen: UUID | None) -> Pair | None:
    offered = (one for one in pairs if one.offered)
    return next((one for one in offered if _other(desk, one) == chosen), None)


def _other(desk: Desk, pair: Pair) -> UUID:
    return pair.contact if desk.is_inside else pair.person


def _go_on(desk: Desk, pair: Pair) -> HttpResponse | str:
    """To the second step with everybody who was named; or the sentence that says why not."""
    asked = desk.request.GET.copy()
    for email in [one for one in asked.getlist("email") if one.strip()][: MAX_VISITORS - 1]:
        found = whom.by_email(person_id=pair.person, email=email[:254], now=desk.now)
        if found is None:
            # One sentence for nobody and for somebody who may not: it tells nothing of others.
            return _("Nobody who may visit %(name)s signs in with this email: %(email)s") % {
                "name": pair.person_name,
                "email": email.strip(),
            }
        asked.appendlist("with", str(found.contact))
    going = party(desk, _other(desk, pair), asked)
    return desk.go("time", going.other_id, query=going.query())


def _choice(desk: Desk, pair: Pair, chosen: UUID | None) -> Choice:
    about = pair.facility_name if not desk.is_inside else ""
    if not pair.offered:
        about = _("%(place)s does not offer video visits here.") % {"place": pair.facility_name}
    return Choice(
        id=_other(desk, pair),
        name=pair.contact_name if desk.is_inside else pair.person_name,
        about=about,
        is_chosen=_other(desk, pair) == chosen,
        is_off=not pair.offered,
    )


def _minors(desk: Desk, pairs: tuple[Pair, ...], chosen: list[UUID]) -> list[Choice]:
    """Children who may come along; a child of two approvals stands there once."""
    found = {
        child.id: Choice(
            id=child.id,
            name=child.name,
            about=pair.contact_name if desk.is_inside else pair.person_name,
            is_chosen=child.id in chosen,
            is_off=False,
        )
        for pair in pairs
        if pair.offered
        for child in pair.minors
    }
    return list(found.values())


# --- day and time -------------------------------------------------------------------------


def time(desk: Desk, other: UUID) -> HttpResponse:
    """The weeks that can be booked, and the times of a day."""
    going = party(desk, other, desk.request.GET)
    wanted = Wanted.of_party(desk, going)
    # The step that follows sends back here whoever chose no time.
    missing = "starts" in desk.request.GET or "check" in desk.request.GET
    return times.page(desk, wanted, _time_facts(desk, going) | {"missing": missing})


def _time_facts(desk: Desk, going: Party) -> dict[str, Any]:
    return {
        "step": Step(2, _("Pick a day and time")),
        "party": going,
        "title": _("Video visit with %(name)s") % {"name": going.other_name},
        "check": desk.address("check", going.other_id),
        "wait": desk.address("wait", going.other_id),
        "key": uuid4().hex,
    }


def wait(desk: Desk, other: UUID) -> HttpResponse:
    """Wait for a time of one day that comes free."""
    going = party(desk, other, desk.request.POST)
    on = calendar.day_of(desk.request.POST.get("on", ""))
    word = desk.request.POST.get("minutes", "")
    if on is None or not (word.isascii() and word.isdigit() and len(word) < 4):
        return desk.go("time", other, query=going.query())
    try:
        waiting.wait(
            by=desk.by,
            key=desk.request.POST.get("key", "")[:100] or uuid4().hex,
            person_id=going.pair.person,
            contact_ids=going.contacts,
            minor_ids=going.minors,
            length_minutes=int(word),
            from_on=on,
            until_on=on,
            private=Wanted.of_party(desk, going).private,
            now=desk.now,
        )
    except Refused as no:
        refused = desk.why_not(no.refusals, other=going.other_name, zone=going.pair.zone)
        return desk.page("refused", {"refused": refused}, status=409)
    return desk.go("", done="waiting")


# --- check --------------------------------------------------------------------------------


def check(desk: Desk, other: UUID) -> HttpResponse:
    """Everything once more; then it is booked. A refusal says all its reasons."""
    asked = desk.request.POST if desk.request.method == "POST" else desk.request.GET
    going = party(desk, other, asked)
    start = calendar.moment_of(asked.get("starts", ""))
    word = asked.get("minutes", "")
    if start is None or not (word.isascii() and word.isdigit() and len(word) < 4):
        more = {"minutes": word, "on": asked.get("on", ""), "check": "1"}
        return desk.go("time", other, query=going.query(**more))
    if desk.request.method == "POST" and asked.get("agree"):
        return _book(desk, going, start, int(word), asked.get("key", ""))
    not_agreed = desk.request.method == "POST"
    return _check_page(desk, going, start, int(word), {"not_agreed": not_agreed})


def _book(desk: Desk, going: Party, start: datetime, minutes: int, key: str) -> HttpResponse:
    try:
        booked = book(
            by=desk.by,
            key=key[:100] or uuid4().hex,
            person_id=going.pair.person,
            contact_ids=going.contacts,
            minor_ids=going.minors,
            starts_at=start,
            length_minutes=minutes,
            private=Wanted.of_party(desk, going).private,
            now=desk.now,
        )
    except Refused as no:
        zone = going.pair.zone
        facts = {
            "refused": desk.why_not(no.refusals, other=going.other_name, zone=zone),
            "near": times.near(desk, no, zone) if isinstance(no, SlotTaken) else [],
        }
        return _check_page(desk, going, start, minutes, facts, status=409)
    return desk.go("one", booked.id, done=done(booked))


def done(booked: Booked) -> str:
    """What to say of a visit that was just made."""
    return "asked" if booked.state == State.REQUESTED else "booked"


def _check_page(
    desk: Desk, going: Party, start: datetime, minutes: int, more: dict[str, Any], status: int = 0
) -> HttpResponse:
    wanted = Wanted.of_party(desk, going)
    found = times.find(desk, times.with_minutes(wanted, minutes))
    zone = going.pair.zone
    on = start.astimezone(ZoneInfo(zone)).date().isoformat()
    stands = _slot(found, start)
    if "refused" not in more and not (stands and stands.standing is Standing.FREE):
        against = (stands.why,) if stands and stands.why else found.refusals
        more = more | {"refused": desk.why_not(against, other=going.other_name, zone=zone)}
    view = times.price_of(going.pair.place, start)
    facts = {
        "step": Step(3, _("Check and book")),
        "when": visits.when(start, start + timedelta(minutes=minutes), zone, desk.own_zone),
        "party": going,
        "other": going.other_name,
        "facility_name": going.pair.facility_name,
        "visitors": going.names,
        "long": visits.minutes(minutes),
        "approval": found.approval,
        "recorded": found.recorded,
        "price": view,
        "cost": _cost(found.cents),
        "cancel_says": visits.cancel_until(
            start - timedelta(minutes=found.cancel_minutes), zone, desk.now
        ),
        "private": found.private,
        "key": uuid4().hex,
        "carried": [
            *going.carried,
            ("starts", start.isoformat()),
            ("minutes", str(minutes)),
            ("on", on),
        ],
        "back": desk.address("time", going.other_id)
        + "?"
        + going.query(minutes=str(minutes), on=on),
    }
    wrong = 400 if more.get("not_agreed") else 200
    return desk.page("check", facts | more, status or wrong)


def _slot(found: room.Calendar, start: datetime) -> Slot | None:
    slots = (slot for day in found.days for slot in day.slots)
    return next((one for one in slots if one.starts_at == start), None)


def _cost(cents: int | None) -> str:
    """What the whole visit costs; nothing where it costs nothing: the price says so."""
    if not cents:
        return ""
    return _("This visit costs %(sum)s.") % {"sum": price_words.dollars(cents)}
