"""Calls as staff see them; every query starts from the viewer's own rights."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from kinline.apps import refusals
from kinline.apps.calls.access import access_call, loaded
from kinline.apps.calls.asking import Asked
from kinline.apps.calls.asking_open import question
from kinline.apps.calls.callers import caller
from kinline.apps.calls.models import LIVE, LIVE_STATES, Call, CallSign, CallStep
from kinline.apps.calls.paying import funded, unlocked
from kinline.apps.calls.queries import parts
from kinline.apps.calls.queries.listening import ListeningView, of_call
from kinline.apps.calls.queries.parts import Beside, LimitView
from kinline.apps.calls.queries.search import CallFilter as CallFilter
from kinline.apps.calls.queries.search import wanted
from kinline.apps.charging.queries import ChargeView, PriceView
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.rights import Right
from kinline.apps.recordings.queries import Kept
from kinline.core.call.caller import Caller
from kinline.core.policy.call import Allowed, Refused, private_because, weigh
from kinline.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A row of the wallboard. `ends_at` is None until it is talked, or without a limit.

    `caller` says why there is no person where there is none; `lines` are an open line's names.
    """

    id: UUID
    state: str
    place: str
    facility_name: str
    zone: str
    unit: str
    station: str
    person: UUID | None
    person_name: str
    person_number: str
    caller: str
    lines: dict[str, str]
    contact_name: str
    number: str
    private: bool
    private_because: str
    recorded: bool
    asked_at: datetime
    accepted_at: datetime | None
    ends_at: datetime | None
    limit_seconds: int | None
    alive_at: datetime
    may_end: bool
    may_listen: bool


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """A call that is over, or a refused attempt. `recording` only where one may listen.

    `signed`: there were signs of a third party in it.
    """

    id: UUID
    state: str
    place: str
    facility_name: str
    zone: str
    person: UUID | None
    person_name: str
    person_number: str
    caller: str
    lines: dict[str, str]
    contact_name: str
    number: str
    asked_at: datetime
    ended_at: datetime | None
    talk_seconds: int
    end_reason: str
    private: bool
    refusals: tuple[Refusal, ...]
    consumer_cents: int | None
    agency_cents: int | None
    recording: UUID | None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    kind: str
    side: str
    reason: str
    talk_seconds: int | None
    at: datetime
    told_at: datetime
    obeyed: bool


@dataclass(frozen=True, slots=True)
class SignView:
    """A sign of a third party, and whether the facility's rule ended the call for it."""

    kind: str
    side: str
    at: datetime
    cut: bool
    evidence: dict[str, str]


@dataclass(frozen=True, slots=True)
class CallView:
    """One call with everything that led to it and followed from it."""

    call: FinishedCall
    unit: str
    station: str
    engine: str
    private_because: str
    rang_at: datetime | None
    answered_at: datetime | None
    accepted_at: datetime | None
    ends_at: datetime | None
    limit_seconds: int | None
    limits: tuple[LimitView, ...]
    announcement: tuple[str, ...]
    steps: tuple[StepView, ...]
    signs: tuple[SignView, ...]
    charge: ChargeView | None
    kept: Kept | None
    late_report: bool
    live: bool
    may_end: bool
    may_listen: bool
    may_listen_live: bool
    listenings: tuple[ListeningView, ...]


@dataclass(frozen=True, slots=True)
class LateReport:
    """An engine told of more talk than the books hold, after the lease had ended the call."""

    call: UUID
    place: str
    booked_seconds: int
    told_seconds: int
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """What would happen if this person called this number then."""

    refusals: tuple[Refusal, ...]
    limits: tuple[LimitView, ...]
    limit_seconds: int | None
    private: bool
    private_because: str
    price: PriceView | None


def live(*, staff: Staff, place: str = "") -> list[LiveCall]:
    """Calls under way, soonest end first; those not yet talked after them, oldest first.

    Not those to anonymous lines: who is on a tablet at this minute would be no secret then.
    """
    rows = _visible(staff).filter(LIVE).exclude(caller=Caller.ANONYMOUS)
    if place:
        rows = rows.filter(facility__place=place)
    found = [_live(call, staff) for call in rows.order_by("asked_at")[:500]]
    return sorted(found, key=lambda call: (call.ends_at is None, call.ends_at or call.asked_at))


def finished(
    *, staff: Staff, filter: CallFilter | None = None, page: int = 1
) -> Page[FinishedCall]:
    """Calls that are over and attempts that were refused, newest first."""
    rows = _visible(staff).exclude(state__in=LIVE_STATES)
    rows = wanted(rows, filter or CallFilter()).order_by("-asked_at")

    def build(found: list[Call]) -> list[FinishedCall]:
        about = parts.beside(found)
        signs = CallSign.objects.filter(call__in=found).values_list("call", flat=True)
        signed = set(signs.order_by().distinct())
        return [_finished(call, about, staff, signed=call.pk in signed) for call in found]

    return paginate(rows, page, build)


def one(*, staff: Staff, call_id: UUID) -> CallView:
    """One call. Raises NotFound."""
    call = access_call(staff=staff, call_id=call_id, right=Right.SEE_CALLS)
    about = parts.beside([call])
    steps = tuple(_step(row) for row in call.steps.all())
    signs = tuple(
        SignView(row.kind, row.side, row.at, row.cut, row.evidence) for row in call.signs.all()
    )
    may_listen = staff.may(Right.LISTEN, call.facility_id)
    return CallView(
        call=_finished(call, about, staff, signed=bool(signs)),
        unit=parts.unit_name(call),
        station=parts.station_name(call),
        engine=call.engine,
        private_because=call.private_because,
        rang_at=call.rang_at,
        answered_at=call.answered_at,
        accepted_at=call.accepted_at,
        ends_at=parts.ends_at(call),
        limit_seconds=call.limit_seconds,
        limits=parts.limits(call),
        announcement=tuple(call.announcement),
        steps=steps,
        signs=signs,
        charge=about.charge(call),
        kept=about.kept.get(call.pk),
        late_report=_is_late(call, steps),
        live=parts.is_live(call),
        may_end=parts.is_live(call) and _may_end(call, staff),
        may_listen=may_listen and not call.private,
        may_listen_live=parts.is_live(call) and _may_listen(call, staff),
        listenings=of_call(call.pk) if may_listen and not call.private else (),
    )


def late_reports(*, staff: Staff, limit: int = 50) -> list[LateReport]:
    """Ends that came after the lease and told of more talk than was booked, newest first."""
    rows = CallStep.objects.filter(
        kind="ended",
        obeyed=False,
        talk_seconds__gt=F("call__record__talk_seconds"),
        call__facility__in=staff.facilities_with(Right.SEE_CALLS),
    )
    full = rows.select_related("call__facility", "call__record").order_by("-told_at")
    return [
        LateReport(
            call=row.call_id,
            place=row.call.facility.place,
            booked_seconds=row.call.record.talk_seconds,
            told_seconds=row.talk_seconds or 0,
            told_at=row.told_at,
        )
        for row in full[:limit]
    ]


def try_call(*, staff: Staff, person_id: UUID, number: str, at: datetime) -> Trial:
    """Ask the same question an engine would, from no station in particular, and write nothing.

    Raises NotFound. A call the person is on just now counts as it would in earnest.
    """
    person = access_person(staff=staff, person_id=person_id, right=Right.SEE_FACILITY)
    asked = question(caller(person_id=person.pk), typed=number, line_id=None, now=at)
    verdict = asked.verdict(at)
    granted = verdict.courtesy is not None
    outcome = funded(asked, verdict.outcome, at, granted=granted, look=unlocked).outcome
    if isinstance(outcome, Allowed):
        because, limits = outcome.private_because or "", outcome.limits
    elif isinstance(asked, Asked):
        because, limits = private_because(asked.facts, at) or "", weigh(asked.facts, at)
    else:
        because, limits = "", ()
    weighed = tuple(
        LimitView(limit.source, limit.whose, limit.seconds, wins=position == 0, facts=limit.facts)
        for position, limit in enumerate(limits)
        if limit.seconds > 0
    )
    return Trial(
        refusals=outcome.reasons if isinstance(outcome, Refused) else (),
        limits=weighed,
        limit_seconds=weighed[0].seconds if weighed else None,
        private=bool(because),
        private_because=because,
        price=asked.price,
    )


@dataclass(frozen=True, slots=True)
class LineUse:
    """How much an open line was used: calls that were answered, and their seconds."""

    calls: int
    seconds: int


def line_use(*, staff: Staff, place: str, since: datetime) -> dict[UUID, LineUse]:
    """The answered calls of each open line of a facility since a moment; figures only."""
    rows = Call.objects.filter(
        facility__place=place,
        facility__in=staff.facilities_with(Right.SEE_FACILITY),
        line__isnull=False,
        asked_at__gte=since,
        record__talk_seconds__gt=0,
    )
    used = rows.values_list("line").annotate(Count("pk"), Sum("record__talk_seconds"))
    return {line: LineUse(calls, seconds) for line, calls, seconds in used}


def _visible(staff: Staff) -> QuerySet[Call]:
    return loaded().filter(facility__in=staff.facilities_with(Right.SEE_CALLS))


def _live(call: Call, staff: Staff) -> LiveCall:
    return LiveCall(
        id=call.pk,
        state=call.state,
        place=call.facility.place,
        facility_name=call.facility.name,
        zone=call.facility.zone,
        unit=parts.unit_name(call),
        station=parts.station_name(call),
        person=call.person_id,
        person_name=parts.person_name(call),
        person_number=parts.person_number(call),
        caller=call.caller,
        lines=call.line.names if call.line else {},
        contact_name=_other_end(call)[0],
        number=_other_end(call)[1],
        private=call.private,
        private_because=call.private_because,
        recorded=parts.is_recorded(call),
        asked_at=call.asked_at,
        accepted_at=call.accepted_at,
        ends_at=parts.ends_at(call),
        limit_seconds=call.limit_seconds,
        alive_at=call.alive_at,
        may_end=_may_end(call, staff),
        may_listen=_may_listen(call, staff),
    )


def _finished(call: Call, about: Beside, staff: Staff, *, signed: bool) -> FinishedCall:
    charge, held = about.charge(call), about.kept.get(call.pk)
    there = held is not None and held.deleted_at is None and held.locked_at is None
    playable = held is not None and there and held.seconds > 0
    shown = playable and staff.may(Right.LISTEN, call.facility_id)
    return FinishedCall(
        id=call.pk,
        state=call.state,
        place=call.facility.place,
        facility_name=call.facility.name,
        zone=call.facility.zone,
        person=call.person_id,
        person_name=parts.person_name(call),
        person_number=parts.person_number(call),
        caller=call.caller,
        lines=call.line.names if call.line else {},
        contact_name=_other_end(call)[0],
        number=_other_end(call)[1],
        asked_at=call.asked_at,
        ended_at=call.ended_at,
        talk_seconds=parts.talk_seconds(call),
        end_reason=call.end_reason,
        private=call.private,
        refusals=refusals.read(call.refusals),
        consumer_cents=charge.consumer_cents if charge else None,
        agency_cents=charge.agency_cents if charge else None,
        recording=held.id if held and shown else None,
        signed=signed,
    )


def _other_end(call: Call) -> tuple[str, str]:
    """Name and number at the other end; of a private call neither, unless it is an open line."""
    if call.private and call.line is None:
        return "", ""
    return call.contact.name if call.contact else "", call.number


def _may_end(call: Call, staff: Staff) -> bool:
    return not call.line_id and staff.may(Right.END_CALLS, call.facility_id)


def _may_listen(call: Call, staff: Staff) -> bool:
    """Whether there is something to hear, and the right: see access.listenable."""
    if call.private or call.caller == Caller.ANONYMOUS:
        return False
    return staff.may(Right.LISTEN_LIVE, call.facility_id)


def _step(row: CallStep) -> StepView:
    return StepView(
        kind=row.kind,
        side=row.side,
        reason=row.reason,
        talk_seconds=row.talk_seconds,
        at=row.at,
        told_at=row.told_at,
        obeyed=row.obeyed,
    )


def _is_late(call: Call, steps: tuple[StepView, ...]) -> bool:
    booked = parts.talk_seconds(call)
    late = (step for step in steps if step.kind == "ended" and not step.obeyed)
    return any((step.talk_seconds or 0) > booked for step in late)
