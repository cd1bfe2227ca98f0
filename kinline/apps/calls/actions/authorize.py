"""May this call be made? Facts by queries, the core decides, one transaction remembers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps import refusals
from kinline.apps.audit import actions as audit
from kinline.apps.calls import paying, trunks
from kinline.apps.calls.actions import queue, watches
from kinline.apps.calls.asking import Asked, Verdict
from kinline.apps.calls.asking_open import AskedLine, Question, question
from kinline.apps.calls.callers import Caller, UnknownParty, at_station, caller
from kinline.apps.calls.models import Call, Engine
from kinline.apps.calls.paying import Funded
from kinline.apps.calls.queries.parts import closes_at, money_limit
from kinline.apps.facilities.signs import kinds
from kinline.apps.ids import as_uuid
from kinline.apps.prepared_writes import Insert
from kinline.apps.recordings import keys
from kinline.apps.recordings.actions import grant as recording
from kinline.core.call.announcement import acceptance_of
from kinline.core.call.signs import SignPolicy
from kinline.core.call.states import State
from kinline.core.control import (
    AuthorizeReply,
    AuthorizeRequest,
    NameGrant,
    Permit,
    PrivatePermit,
    RecordingGrant,
    Route,
)
from kinline.core.ids import CallId, ContactId
from kinline.core.policy.call import Allowed, Refused, private_because, told
from kinline.core.policy.limit import Limit
from kinline.core.refusal import Refusal, Whose

KEY_LENGTH = 80
_CALL = Insert(Call)


def authorize(request: AuthorizeRequest, *, now: datetime) -> AuthorizeReply:
    """A permit, or every reason why not; both are written down, with the audit line.

    The same key again gives the same reply, with the grant issued again from its wrapped key.
    Raises UnknownParty for a station, person or line that is not there, or a key that is
    another's. From here on `asked.who` counts: a line may have made nobody of who asked.
    """
    asked = _asked(request, now)
    verdict = asked.verdict(now)
    try:
        return _record(request, asked, verdict, now)
    except IntegrityError:
        # Either the key was used before, or a second dial of this person was faster. Asking
        # first would cost every call a query and still leave the race to the database.
        return _again(request, asked.who) or _lost(request, asked, now)


def _asked(request: AuthorizeRequest, now: datetime) -> Question:
    station_id = as_uuid(request.station)
    line_id = None if request.line is None else as_uuid(request.line)
    if station_id is None or not 0 < len(request.key) <= KEY_LENGTH:
        raise UnknownParty
    if request.line is not None and line_id is None:
        raise UnknownParty
    who = _who(request, station_id, now)
    return question(who, typed=request.number, line_id=line_id, now=now)


def _who(request: AuthorizeRequest, station_id: UUID, now: datetime) -> Caller:
    if request.person is None:
        return at_station(station_id=station_id, language=request.language[:10])
    person_id = as_uuid(request.person)
    if person_id is None:
        raise UnknownParty
    who = caller(station_id=station_id, person_id=person_id)
    if who.hold is None or now < who.hold.until or who.station_unit is None:
        return who
    # Its time is up: whoever is next in line has it now, before anybody can slip in between.
    queue.settle(unit_id=who.station_unit, now=now)
    return caller(station_id=station_id, person_id=person_id)


@transaction.atomic
def _record(
    request: AuthorizeRequest, asked: Question, verdict: Verdict, now: datetime
) -> AuthorizeReply:
    who, way = asked.who, trunks.way_out(asked, verdict.outcome, now)
    by_grant = verdict.courtesy is not None
    funds = paying.funded(asked, way.outcome, now, granted=by_grant, look=paying.locked)
    outcome = funds.outcome
    call = _call(request, asked, now)
    if isinstance(outcome, Refused):
        call.state, call.refusals = State.REFUSED, refusals.stored(outcome.reasons)
        call.private, call.ended_at = _would_be_private(asked, now), now
        _CALL(call)
        watches.tell_of(call, agency=who.agency, now=now)
        _tell(call, who, "call.refused", {"codes": [no.code for no in outcome.reasons]}, now)
        return _refused(call)
    _allow(call, asked, outcome, funds)
    call.courtesy_id = verdict.courtesy or funds.courtesy
    call.trunk_id, call.abroad = way.trunk, way.abroad
    _CALL(call)
    watches.tell_of(call, agency=who.agency, now=now)
    paying.set_aside(call, funds.parts, until=funds.until, now=now)
    granted = None
    if not call.private:
        granted = recording.grant(
            call_id=call.pk, facility_id=who.facility, agency=who.agency_code, now=now
        )
    _tell(call, who, "call.authorized", {"private": call.private}, now)
    queue.begun(call, who, now)
    return _permitted(call, who, granted)


def _would_be_private(asked: Question, now: datetime) -> bool:
    """Of a refused attempt: whether its other end is as private as a call there would be."""
    if isinstance(asked, AskedLine):
        return asked.facts.rule.private
    if isinstance(asked, Asked):
        return private_because(asked.facts, now) is not None
    return asked.called is not None and (asked.called.attorney or asked.called.unrecorded)


def _call(request: AuthorizeRequest, asked: Question, now: datetime) -> Call:
    who = asked.who
    return Call(
        key=request.key,
        facility_id=who.facility,
        station_id=who.station,
        person_id=who.person,
        caller=asked.kind,
        line_id=asked.line,
        contact_id=asked.called.contact if asked.called else None,
        number=asked.number,
        engine=request.engine,
        boot=request.boot or _boot_of(request.engine),
        asked_at=now,
        alive_at=now,
    )


def _boot_of(engine: str) -> str:
    known = Engine.objects.filter(pk=engine).values_list("boot", flat=True).first()
    return known or ""


def _allow(call: Call, asked: Question, verdict: Allowed, funds: Funded) -> None:
    call.state = State.AUTHORIZED
    call.private = verdict.private_because is not None
    call.private_because = verdict.private_because or ""
    call.limits = [_limit(limit) for limit in verdict.limits]
    call.limit_seconds = verdict.limit_seconds
    call.language = asked.called.language if asked.called else "en"
    call.paying = paying.stored(funds.parts)
    paid = paying.paid_by_both(funds.parts)
    call.announcement = asked.announced(private=call.private, paid=paid)


def _again(request: AuthorizeRequest, who: Caller) -> AuthorizeReply | None:
    """The reply this key got before, None when the key is new."""
    call = Call.objects.filter(key=request.key).first()
    if call is None:
        return None
    if call.person_id != who.person:
        raise UnknownParty
    if call.state == State.REFUSED:
        return _refused(call)
    if call.state == State.ENDED:
        # A page that dials again with an old key must not wake a call the books have closed.
        over = refusals.sent([Refusal("call.over_already", Whose.KINLINE)])
        return AuthorizeReply(call=CallId(str(call.pk)), refusals=over)
    return _permitted(call, who, recording.granted(call_id=call.pk))


def _lost(request: AuthorizeRequest, asked: Question, now: datetime) -> AuthorizeReply:
    """A second dial of the same person was a moment faster: one call at a time."""
    no = Refused((Refusal("call.already_on_a_call", Whose.FACILITY),))
    return _record(request, asked, Verdict(no), now)


def _refused(call: Call) -> AuthorizeReply:
    # The engine hears what the caller may hear; the whole truth stands with the call, for staff.
    reasons = refusals.sent(told(refusals.read(call.refusals)))
    return AuthorizeReply(call=CallId(str(call.pk)), refusals=reasons)


def _permitted(call: Call, who: Caller, granted: RecordingGrant | None) -> AuthorizeReply:
    permit = Permit(
        call=CallId(str(call.pk)),
        contact=ContactId(str(call.contact_id)) if call.contact_id else None,
        language=call.language,
        limit_seconds=call.limit_seconds,
        announcement=tuple(call.announcement),
        acceptance=acceptance_of(call.announcement),
        recording=granted,
        private=PrivatePermit(because=call.private_because) if call.private else None,
        name=name_of(who),
        caller_language=who.language,
        route=_route(call),
        ends_by=closes_at(call),
        money=money_limit(call),
        told=paying.told(call),
        signs=_signs(call, who),
    )
    return AuthorizeReply(call=permit.call, permit=permit)


def name_of(who: Caller) -> NameGrant | None:
    """The right to play the person's own recorded name, None when there is no recording."""
    if not who.name_folder:
        return None
    name = keys.key_name(who.agency_code)
    data_key = keys.unwrap(who.name_key, name=name, bound_to=who.name_folder)
    return NameGrant(folder=who.name_folder, data_key=keys.as_text(data_key))


def _signs(call: Call, who: Caller) -> SignPolicy | None:
    """What becomes of signs of a third party. A help line is forwarded by its own people: none
    are looked for. A private call is never cut for them: law offices forward, too."""
    if call.line_id is not None:
        return None
    return SignPolicy(frozenset() if call.private else frozenset(kinds(who.cuts or "")))


def _route(call: Call) -> Route | None:
    """Which telephone to ring; None where the contact's pages alone are rung."""
    return Route(trunk=str(call.trunk_id), number=call.number) if call.trunk_id else None


def _limit(limit: Limit) -> dict[str, Any]:
    told: dict[str, Any] = {
        "source": limit.source,
        "whose": limit.whose,
        "seconds": limit.seconds,
    }
    told |= {"fixed": True} if limit.fixed else {}
    told |= {"facts": dict(limit.facts)} if limit.facts else {}
    return told | ({"free_from": limit.free_from.isoformat()} if limit.free_from else {})


def _tell(call: Call, who: Caller, act: str, facts: dict[str, object], now: datetime) -> None:
    audit.write(
        now=now,
        actor=audit.Named("person", str(who.person)) if who.person else audit.NOBODY,
        act=act,
        subject=audit.Named("call", str(call.pk)),
        facility=who.place,
        facts=facts,
    )
