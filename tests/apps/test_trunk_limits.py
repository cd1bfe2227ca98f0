"""Limits of a carrier against toll fraud: decided with the call, counted from the calls."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.calls.actions import own_calls
from kinline.apps.calls.actions.authorize import authorize
from kinline.apps.calls.models import Call, Engine, TrunkLimitReached, Waiting
from kinline.apps.calls.queries.phones import reached_today
from kinline.apps.errors import Refused
from kinline.apps.facilities.actions import telephones, trials
from kinline.apps.facilities.models import Trunk
from kinline.apps.people.actions import lists
from kinline.apps.people.actions.statewide import proving, ringing
from kinline.apps.people.models import AttorneyRing
from kinline.core.call.states import EndReason
from kinline.core.control import AuthorizeReply, AuthorizeRequest, TrialDone
from kinline.core.ids import LineId, StationId
from kinline.core.policy.trunk import TrunkLimits
from tests.apps.attorneys.desk import asked
from tests.apps.story import BOOT, ENGINE, Story, codes, dial, permit, request
from tests.cast import Town

NH = "nh-example"
AUNT = "+18765550123"
LIMITS = TrunkLimits(at_once=2, a_minute=3, abroad_minutes=5)


@pytest.fixture
def carrier(town: Town, now: datetime) -> UUID:
    return make(town, now)


def make(town: Town, now: datetime, limits: TrunkLimits = LIMITS) -> UUID:
    """A carrier of nh-example with small limits; Tomás may call his wife and an aunt abroad."""
    town.has(town.tomas, 10_000)
    facility, by = town.facility(NH).pk, town.account("rae").pk
    lists.allow(staff=town.staff("rae"), person_id=town.tomas.pk, number=AUNT, name="A", now=now)
    trunk = telephones.add_trunk(
        facility_id=facility,
        name="Carrier",
        host="sip.carrier.example",
        port=5060,
        caller="+16035550100",
        by=by,
        now=now,
    )
    telephones.limit_trunk(facility_id=facility, trunk_id=trunk, limits=limits, by=by, now=now)
    return trunk


def call(town: Town, now: datetime, number: str = "") -> AuthorizeReply:
    return dial(town.tomas, number or town.numbers.carmen, town.tablet(NH), now)


def over(reply: AuthorizeReply, at: datetime, seconds: int = 0) -> None:
    """It ends; talked for so many seconds before."""
    story = Story(permit(reply).call)
    if seconds:
        story.talk_from(at - timedelta(seconds=seconds))
        story.end(EndReason.HUNG_UP_INSIDE, at, seconds)
    else:
        story.end(EndReason.NO_ANSWER, at)


def line(town: Town, kind: str, now: datetime) -> AuthorizeReply:
    wanted = AuthorizeRequest(
        key=f"line-{kind}-{now.isoformat()}",
        engine=ENGINE,
        station=StationId(str(town.tablet(NH).pk)),
        person=None,
        number="",
        boot=BOOT,
        line=LineId(str(town.line(kind).pk)),
    )
    return authorize(wanted, now=now)


def busy(town: Town, now: datetime) -> None:
    """Two calls of others live on the carrier: as many as it may carry at once."""
    for number in (town.numbers.odette, town.numbers.grace):
        Call.objects.create(
            key=f"busy-{number}-{now.isoformat()}",
            facility=town.facility(NH),
            station=town.intake_tablet,
            caller="intake",
            number=number,
            trunk=Trunk.objects.get(),
            engine=ENGINE,
            state="ringing",
            private=False,
            asked_at=now - timedelta(minutes=5),
            alive_at=now,
        )


def test_a_call_that_rings_a_telephone_keeps_its_carrier(
    town: Town, now: datetime, carrier: UUID
) -> None:
    reply = permit(call(town, now))
    assert reply.route is not None
    assert (reply.route.trunk, reply.route.number) == (str(carrier), town.numbers.carmen)
    row = Call.objects.get(pk=reply.call)
    assert (row.trunk_id, row.abroad) == (carrier, False)


def test_a_call_to_a_page_uses_no_carrier_and_no_limit(
    town: Town, now: datetime, carrier: UUID
) -> None:
    busy(town, now)
    engine = Engine.objects.create(pk=ENGINE, boot=BOOT, seen_at=now)
    Waiting.objects.create(engine=engine, contact=town.carmen, seen_at=now)
    reply = permit(call(town, now))
    assert reply.route is None
    assert Call.objects.get(pk=reply.call).trunk_id is None


def test_when_all_lines_are_in_use_one_is_told_to_try_again(
    town: Town, now: datetime, carrier: UUID
) -> None:
    busy(town, now)
    reply = call(town, now)
    assert codes(reply) == ["call.trunk_busy"]
    assert reply.refusals[0].facts == {"limit": "at_once", "most": "2"}
    assert Call.objects.get(pk=reply.call).trunk_id is None, "what was refused counts for nothing"
    Call.objects.filter(caller="intake").update(
        state="ended", ended_at=now, end_reason=EndReason.NO_ANSWER
    )
    permit(call(town, now))


def test_the_fourth_call_within_a_minute_waits_for_the_minute(
    town: Town, now: datetime, carrier: UUID
) -> None:
    for second in range(3):
        at = now + timedelta(seconds=second)
        over(call(town, at), at)
    assert codes(call(town, now + timedelta(seconds=59))) == ["call.trunk_busy"]
    permit(call(town, now + timedelta(seconds=60)))


def test_minutes_abroad_are_counted_with_those_being_talked(
    town: Town, now: datetime, carrier: UUID
) -> None:
    over(call(town, now, AUNT), now + timedelta(seconds=240), 240)
    later = now + timedelta(minutes=10)
    story = Story(permit(call(town, later, AUNT)).call)
    story.talk_from(later)
    soon = later + timedelta(seconds=59)
    assert codes(call(town, soon, AUNT)) == ["call.already_on_a_call"]
    story.end(EndReason.HUNG_UP_INSIDE, later + timedelta(seconds=60), 60)
    reply = call(town, later + timedelta(minutes=2), AUNT)
    assert codes(reply) == ["call.trunk_abroad"]
    midnight = datetime(2025, 3, 13, 4, tzinfo=UTC)  # the clock of New Hampshire went forward
    assert reply.refusals[0].until == midnight
    over(call(town, later + timedelta(minutes=2)), later + timedelta(minutes=3))
    town.hours(NH, "00:00", "23:59")
    permit(call(town, midnight, AUNT))


OWN_CALLS = {"code": own_calls.tell_code, "check": own_calls.test_call}


def office(town: Town, folder: Path, now: datetime) -> UUID:
    """Grace has asked New Hampshire to be verified, and names her office."""
    asked(town.grace, folder, now, "us-nh")
    return proving.add(contact_id=town.grace.pk, number="+16175550177", now=now)


def staffs_test(town: Town, now: datetime, carrier: UUID) -> None:
    trials.ask(
        facility_id=town.facility(NH).pk,
        trunk_id=carrier,
        e164="+16035550199",
        by=town.account("rae").pk,
        now=now,
    )


@pytest.mark.parametrize("kind", list(OWN_CALLS))
def test_kinlines_own_calls_and_staffs_tests_use_a_carrier_as_any_call_does(
    town: Town, now: datetime, carrier: UUID, kind: str, tmp_path: Path
) -> None:
    mine = {"contact_id": town.grace.pk, "number_id": office(town, tmp_path, now)}
    OWN_CALLS[kind](**mine, now=now)
    staffs_test(town, now, carrier)
    assert codes(call(town, now)) == ["call.trunk_busy"], "two live, though none was taken yet"
    (rung,) = ringing.take(engine=ENGINE, now=now)
    ringing.keep([TrialDone(rung.trial, 200)], now=now)
    over(call(town, now), now)
    (tested,) = trials.take(engine=ENGINE, now=now)
    trials.keep([TrialDone(tested.trial, 200)], now=now)
    reply = call(town, now + timedelta(seconds=59))
    assert reply.refusals[0].facts == {"limit": "a_minute", "most": "3"}
    permit(call(town, now + timedelta(seconds=60)))


def test_an_attorney_hears_that_all_lines_are_in_use_and_nothing_is_sent(
    town: Town, now: datetime, carrier: UUID, tmp_path: Path
) -> None:
    mine = {"contact_id": town.grace.pk, "number_id": office(town, tmp_path, now)}
    busy(town, now)
    for act in OWN_CALLS.values():
        with pytest.raises(Refused) as no:
            act(**mine, now=now)
        assert [one.code for one in no.value.refusals] == ["attorney.ring_busy"]
    assert not AttorneyRing.objects.exists()
    staffs_test(town, now, carrier)  # it is asked what the carrier says
    Call.objects.filter(caller="intake").update(
        state="ended", ended_at=now, end_reason=EndReason.NO_ANSWER
    )
    own_calls.tell_code(**mine, now=now)
    assert codes(call(town, now)) == ["call.trunk_busy"]


def test_help_lines_are_never_stopped(town: Town, now: datetime, carrier: UUID) -> None:
    telephones.limit_trunk(
        facility_id=town.facility(NH).pk,
        trunk_id=carrier,
        limits=TrunkLimits(1, 1, 0),
        by=town.account("rae").pk,
        now=now,
    )
    busy(town, now)
    assert codes(call(town, now)) == ["call.trunk_busy"]
    for kind in ("prea", "crisis", "tip"):
        assert permit(line(town, kind, now)).route is not None
    assert Call.objects.filter(trunk=carrier, line__isnull=False).count() == 3


def test_a_number_that_nobody_is_known_at_is_rung_by_telephone(
    town: Town, now: datetime, carrier: UUID
) -> None:
    """Nobody has an account at the abuse line: that must not keep it from ringing."""
    reply = permit(line(town, "prea", now))
    assert reply.contact is None
    assert reply.route is not None
    assert reply.route.number == town.numbers.prea


def test_the_first_time_each_day_goes_to_the_audit_log(
    town: Town, now: datetime, carrier: UUID
) -> None:
    busy(town, now)
    for minute in range(3):
        assert codes(call(town, now + timedelta(minutes=minute))) == ["call.trunk_busy"]
    (seen,) = reached_today(agency=town.facility(NH).agency_id, zone="America/New_York", now=now)[
        carrier
    ]
    assert (seen.limit, seen.first_at, seen.times) == ("at_once", now, 3)
    lines = AuditLine.objects.filter(act="telephones.trunk_limit_reached")
    assert [(one.subject, one.facility, one.facts) for one in lines] == [
        (str(carrier), NH, {"limit": "at_once", "most": "2"})
    ]
    tomorrow = now + timedelta(days=1)
    assert codes(call(town, tomorrow)) == ["call.trunk_busy"]
    assert lines.all().count() == 2
    assert TrunkLimitReached.objects.count() == 2


def test_the_same_dial_twice_is_one_call_with_one_carrier(
    town: Town, now: datetime, carrier: UUID
) -> None:
    asked = request(town.tomas, town.numbers.carmen, town.tablet(NH), key="twice")
    first, again = authorize(asked, now=now), authorize(asked, now=now)
    assert permit(first).route == permit(again).route
    assert Call.objects.filter(trunk=carrier).count() == 1


def test_what_it_costs_to_ask_does_not_grow_with_the_calls(
    town: Town, now: datetime, carrier: UUID
) -> None:
    wide = TrunkLimits(1000, 1000, 1000)
    by, facility = town.account("rae").pk, town.facility(NH).pk
    telephones.limit_trunk(facility_id=facility, trunk_id=carrier, limits=wide, by=by, now=now)

    def count(at: datetime) -> int:
        with CaptureQueriesContext(connection) as queries:
            reply = call(town, at, AUNT)
        over(reply, at + timedelta(seconds=30), 20)
        return len(queries)

    count(now)
    few = count(now + timedelta(minutes=1))
    for minute in range(2, 12):
        count(now + timedelta(minutes=minute))
    assert count(now + timedelta(minutes=20)) == few


def test_the_indexes_serve_the_counting(town: Town, now: datetime, carrier: UUID) -> None:
    over(call(town, now, AUNT), now + timedelta(seconds=30), 20)
    one = Call.objects.get()
    told = {field.attname: getattr(one, field.attname) for field in Call._meta.concrete_fields}
    # A planner that has nothing to choose from chooses anything.
    told |= {"trunk_id": None, "abroad": False}
    copies = [
        Call(
            **told
            | {"id": uuid4(), "key": f"copy-{minute}", "asked_at": now - timedelta(minutes=minute)}
        )
        for minute in range(3000)
    ]
    Call.objects.bulk_create(copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE calls_call" if connection.vendor == "postgresql" else "ANALYZE")
    begun = Call.objects.filter(trunk=carrier, asked_at__gt=now - timedelta(days=1))
    assert "call_by_trunk" in begun.explain()
    of_a_trunk = ("call_abroad_by_trunk", "call_by_trunk")  # both hold nothing else
    abroad = begun.filter(abroad=True).explain()
    assert any(index in abroad for index in of_a_trunk), abroad
