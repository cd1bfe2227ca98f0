"""Controls set by staff: what they do to calls, who confirms them, and what stays of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.calls.asking import controls_on
from kinline.apps.calls.callers import caller
from kinline.apps.calls.models import Call
from kinline.apps.calls.queries import console
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.models import Unit
from kinline.apps.people import controls
from kinline.apps.people.actions import controls as actions
from kinline.apps.people.actions.controls import NewBaseline, NewControl
from kinline.apps.people.models import Control
from kinline.core.call.states import EndReason
from kinline.core.control import AuthorizeReply
from kinline.core.policy.control_terms import LEVELS
from kinline.core.policy.controls import Kind, Level, Talk
from tests.apps.story import Story, codes, dial, permit, talked
from tests.apps.test_intake_and_courtesy import from_intake
from tests.cast import Town

MINUTE = 60
WHY = "A fight in the unit."


def put(
    town: Town,
    now: datetime,
    kind: Kind,
    level: Level = Level.PERSON,
    by: str = "ines",
    **more: Any,
) -> str:
    """Set one on Julian, his unit, his tablet, his mother's number or Bristol; confirmed."""
    subject = {
        Level.UNIT: str(town.julian.unit_id),
        Level.STATION: str(town.tablet().pk),
        Level.PERSON: town.julian.number,
        Level.NUMBER: "(617) 555-0142",
    }.get(level, "")
    new = NewControl(level, kind, **{"subject": subject, "why": WHY, **more})
    made = actions.put(staff=town.staff("ines"), place="ma-bristol", new=new, now=now)
    row = Control.objects.get(pk=made)
    if row.stricter:
        confirm(town, now, str(made))
    return str(made)


def confirm(town: Town, now: datetime, control: str, by: str = "sam", why: str = "Agreed.") -> None:
    actions.confirm(
        staff=town.staff(by),
        place="ma-bristol",
        control_id=control,
        why=why,
        now=now,  # type: ignore[arg-type]
    )


def call(town: Town, now: datetime, number: str = "") -> AuthorizeReply:
    return dial(town.julian, number or town.numbers.odette, town.tablet(), now)


def over(reply: AuthorizeReply, now: datetime) -> None:
    Story(permit(reply).call).end(EndReason.NO_ANSWER, now + timedelta(seconds=45))


@pytest.mark.parametrize("level", sorted(LEVELS[Talk.CALLS]))
def test_what_is_closed_at_any_level_stops_julian_until_it_ends(
    town: Town, now: datetime, level: Level
) -> None:
    if level is Level.AGENCY:
        _agency_wide(town)
    until = now + timedelta(hours=3)
    put(town, now, Kind.CLOSED, level, until_at=until)
    reply = call(town, now)
    assert codes(reply) == ["control.closed"]
    (no,) = reply.refusals
    assert (no.until, no.facts["level"], no.facts["why"]) == (until, level, WHY)
    over(call(town, until), until)


@pytest.mark.parametrize("level", [Level.UNIT, Level.STATION, Level.PERSON, Level.NUMBER])
def test_and_nobody_else(town: Town, now: datetime, level: Level) -> None:
    put(town, now, Kind.CLOSED, level, until_at=now + timedelta(hours=3))
    elsewhere = caller(person_id=town.wendell.pk)
    assert controls_on(elsewhere, town.numbers.odette, now).held == ()


def test_whoever_is_moved_to_another_unit_leaves_its_lockdown_but_not_their_own(
    town: Town, now: datetime
) -> None:
    put(town, now, Kind.CLOSED, Level.UNIT, until_at=now + timedelta(hours=3))
    other = Unit.objects.create(facility=town.julian.facility, name="D")
    assert codes(call(town, now)) == ["control.closed"]
    town.julian.unit = other
    town.julian.save()
    assert controls_on(caller(person_id=town.julian.pk), "", now).held == ()


def test_two_calls_a_day_are_two_that_were_talked(town: Town, now: datetime) -> None:
    put(town, now, Kind.CALLS_DAY, amount=2)
    over(call(town, now), now)  # nobody answered: it does not count
    for hours in (1, 2):
        talked(town.julian, town.numbers.odette, town.tablet(), now + timedelta(hours=hours), 60)
    third = now + timedelta(hours=3)
    assert codes(call(town, third)) == ["control.calls_day"]
    # Counsel is called all the same, and does not count.
    talked(town.julian, town.numbers.priya, town.tablet(), third, 600)
    over(call(town, now + timedelta(days=1)), now + timedelta(days=1))


def test_what_is_left_of_his_minutes_is_the_length_of_the_call(town: Town, now: datetime) -> None:
    put(town, now, Kind.MINUTES_WEEK, amount=15 * MINUTE)
    talked(town.julian, town.numbers.odette, town.tablet(), now, 10 * MINUTE)
    later = now + timedelta(hours=1)
    found = permit(call(town, later))
    assert found.limit_seconds == 5 * MINUTE
    row = Call.objects.get(pk=found.call)
    assert row.limits[0]["facts"]["kind"] == Kind.MINUTES_WEEK


def test_a_lockdown_set_for_ten_past_cuts_at_ten_past_however_late_she_accepts(
    town: Town, now: datetime
) -> None:
    put(town, now, Kind.CLOSED, Level.UNIT, from_at=now + timedelta(minutes=10),
        until_at=now + timedelta(hours=2))  # fmt: skip
    found = permit(call(town, now))
    assert found.limit_seconds == 10 * MINUTE
    assert found.ends_by == now + timedelta(minutes=10)


def test_an_unrecorded_unit_makes_calls_private_by_structure(town: Town, now: datetime) -> None:
    put(town, now, Kind.UNRECORDED, Level.UNIT)
    found = permit(call(town, now))
    assert found.recording is None
    assert found.private is not None
    assert found.private.because == "control"


def test_open_lines_are_stopped_by_no_control(town: Town, now: datetime) -> None:
    rae = town.staff("rae")
    new = NewControl(Level.FACILITY, Kind.CLOSED, why=WHY, until_at=now + timedelta(hours=1))
    actions.put(staff=rae, place="nh-example", new=new, now=now)
    tablet = town.tablet("nh-example")
    assert "control.closed" in codes(dial(town.tomas, town.numbers.carmen, tablet, now))
    permit(dial(town.tomas, town.numbers.crisis, tablet, now))


def test_a_closed_intake_stops_calls_without_sign_in(town: Town, now: datetime) -> None:
    over(from_intake(town, now), now)
    new = NewControl(Level.FACILITY, Kind.CLOSED, why=WHY, until_at=now + timedelta(hours=1))
    actions.put(staff=town.staff("rae"), place="nh-example", new=new, now=now)
    assert "control.closed" in codes(from_intake(town, now))


def test_one_that_is_ended_stops_nobody_and_stays_written_down(town: Town, now: datetime) -> None:
    made = put(town, now, Kind.CLOSED)
    actions.end(staff=town.staff("ines"), place="ma-bristol", control_id=made, now=now)  # type: ignore[arg-type]
    actions.end(staff=town.staff("ines"), place="ma-bristol", control_id=made, now=now)  # type: ignore[arg-type]
    over(call(town, now), now)
    acts = AuditLine.objects.filter(subject=made).values_list("act", flat=True)
    assert sorted(acts) == ["control.confirmed", "control.ended", "control.set"]


# --- what a law keeps --------------------------------------------------------------------


def test_less_than_the_county_offered_before_the_law_waits_for_a_second_person(
    town: Town, now: datetime
) -> None:
    new = NewControl(Level.PERSON, Kind.LONGEST, town.julian.number, amount=10 * MINUTE)
    made = actions.put(staff=town.staff("ines"), place="ma-bristol", new=new, now=now)
    (shown,) = controls.controls_of(
        facility_id=town.julian.facility_id, agency_id=town.julian.facility.agency_id, now=now
    )
    assert (shown.state, shown.stricter) == ("waits", True)
    found = call(town, now)
    assert permit(found).limit_seconds == 20 * MINUTE
    over(found, now)
    with pytest.raises(Refused) as no:
        confirm(town, now, str(made), by="ines")
    assert [one.code for one in no.value.refusals] == ["control.own"]
    with pytest.raises(Refused) as no:
        confirm(town, now, str(made), why="  ")
    assert [one.code for one in no.value.refusals] == ["control.why_needed"]
    confirm(town, now, str(made), why="Agreed with counsel.")
    assert permit(call(town, now)).limit_seconds == 10 * MINUTE
    assert controls.stricter_in_force(now=now) == controls.Stricter((), single=1)
    line = AuditLine.objects.get(act="control.confirmed")
    assert line.purpose == "Agreed with counsel."
    with pytest.raises(Refused) as no:
        confirm(town, now, str(made))
    assert [one.code for one in no.value.refusals] == ["control.settled"]


def test_what_it_offered_then_needs_nobodys_second_word(town: Town, now: datetime) -> None:
    before = NewBaseline(15 * MINUTE, None, None, (), "Inmate handbook of 2022, page 31")
    actions.set_baseline(staff=town.staff("ines"), place="ma-bristol", new=before, now=now)
    put(town, now, Kind.LONGEST, amount=15 * MINUTE)
    assert permit(call(town, now)).limit_seconds == 15 * MINUTE
    assert not Control.objects.get().stricter
    assert controls.stricter_in_force(now=now) == controls.Stricter((), single=0)


def test_a_lockdown_of_a_day_waits_for_nobody(town: Town, now: datetime) -> None:
    new = NewControl(Level.FACILITY, Kind.CLOSED, why=WHY, until_at=now + timedelta(hours=24))
    actions.put(staff=town.staff("ines"), place="ma-bristol", new=new, now=now)
    assert codes(call(town, now)) == ["control.closed"]


def test_where_no_law_keeps_access_nothing_waits(town: Town, now: datetime) -> None:
    new = NewControl(Level.PERSON, Kind.CALLS_DAY, town.tomas.number, amount=1)
    actions.put(staff=town.staff("rae"), place="nh-example", new=new, now=now)
    assert not Control.objects.get().stricter
    with pytest.raises(NotFound):
        actions.set_baseline(
            staff=town.staff("rae"),
            place="nh-example",
            new=NewBaseline(None, None, None, (), "x"),
            now=now,
        )


# --- who may, and what is no control -------------------------------------------------------


@pytest.mark.parametrize("who", ["theo", "ada"])
def test_another_countys_staff_and_the_auditor_set_confirm_and_end_nothing(
    town: Town, now: datetime, who: str
) -> None:
    made = put(town, now, Kind.CLOSED)
    staff = town.staff(who)
    new = NewControl(Level.FACILITY, Kind.CLOSED, why=WHY)
    with pytest.raises(NotFound):
        actions.put(staff=staff, place="ma-bristol", new=new, now=now)
    for act in (actions.end, actions.confirm):
        more = {"why": "x"} if act is actions.confirm else {}
        for place in ("ma-bristol", "ma-suffolk"):
            with pytest.raises(NotFound):
                act(staff=staff, place=place, control_id=made, now=now, **more)  # type: ignore[operator]


def test_one_facilitys_staff_set_nothing_for_the_whole_agency(town: Town, now: datetime) -> None:
    other = town.facility("ma-suffolk")
    other.agency = town.julian.facility.agency
    other.save()
    new = NewControl(Level.AGENCY, Kind.CLOSED, why=WHY)
    with pytest.raises(NotFound):
        actions.put(staff=town.staff("ines"), place="ma-bristol", new=new, now=now)


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (NewControl(Level.PERSON, Kind.CLOSED, "99-9999", why=WHY), "control.subject"),
        (NewControl(Level.PERSON, Kind.CLOSED, "31-0007", why=WHY), "control.subject"),
        (NewControl(Level.UNIT, Kind.CLOSED, "no id", why=WHY), "control.subject"),
        (NewControl(Level.NUMBER, Kind.CLOSED, "555", why=WHY), "control.subject"),
        (NewControl(Level.FACILITY, Kind.CLOSED, why="  "), "control.why_needed"),
        (NewControl(Level.FACILITY, Kind.LONGEST, amount=20), "control.amount_too_small"),
        (NewControl(Level.FACILITY, Kind.LONGEST), "control.amount_needed"),
        (NewControl(Level.FACILITY, Kind.HOURS), "control.hours_needed"),
        (NewControl(Level.FACILITY, Kind.GAP, amount=90_000), "control.gap_too_long"),
        (
            NewControl(Level.FACILITY, Kind.CALLS_DAY, amount=3, attorneys=True),
            "control.counsel_is_not_rationed",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_wrong_is_said_and_nothing_is_set(
    town: Town, now: datetime, new: NewControl, found: str
) -> None:
    with pytest.raises(Refused) as no:
        actions.put(staff=town.staff("ines"), place="ma-bristol", new=new, now=now)
    assert found in [one.code for one in no.value.refusals]
    assert not Control.objects.exists()


def test_none_begins_in_the_past_or_ends_before_it_begins(town: Town, now: datetime) -> None:
    new = NewControl(Level.FACILITY, Kind.UNRECORDED, from_at=now - timedelta(minutes=1),
                     until_at=now - timedelta(minutes=2))  # fmt: skip
    with pytest.raises(Refused) as no:
        actions.put(staff=town.staff("ines"), place="ma-bristol", new=new, now=now)
    assert [one.code for one in no.value.refusals] == ["control.in_the_past", "control.over"]


# --- the database's own word ---------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"amount": 60}, {"kind": "gap"}, {"set_by": "x"}, {"why": "other"}, {"stricter": False}],
    ids=lambda one: next(iter(one)),
)
def test_a_control_is_never_changed(town: Town, now: datetime, change: dict[str, object]) -> None:
    put(town, now, Kind.LONGEST, amount=600)
    with pytest.raises(IntegrityError), transaction.atomic():
        Control.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Control.objects.all().delete()


def test_nobody_confirms_their_own_whatever_the_code_says(town: Town, now: datetime) -> None:
    new = NewControl(Level.PERSON, Kind.LONGEST, town.julian.number, amount=600)
    actions.put(staff=town.staff("ines"), place="ma-bristol", new=new, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Control.objects.update(
            confirmed_by=str(town.account("ines").pk), confirmed_at=now, confirmed_why="x"
        )


# --- how many questions ----------------------------------------------------------------------


def _agency_wide(town: Town) -> None:
    """Bristol has one facility, so that Ines's right there reaches all of its agency."""
    assert town.julian.facility.agency.facilities.count() == 1


def questions(town: Town, now: datetime) -> int:
    with CaptureQueriesContext(connection) as asked:
        console.try_call(
            staff=town.staff("ines"), person_id=town.julian.pk, number=town.numbers.odette, at=now
        )
    return len(asked)


def test_two_hundred_controls_cost_as_many_questions_as_one(town: Town, now: datetime) -> None:
    questions(town, now)
    before = questions(town, now)
    put(town, now, Kind.LONGEST, amount=30 * MINUTE)
    assert questions(town, now) == before
    put(town, now, Kind.CALLS_WEEK, amount=100)
    counted = questions(town, now)
    assert counted == before + 1
    row = Control.objects.filter(kind=Kind.CALLS_WEEK).values().get()
    Control.objects.bulk_create(
        Control(**{**row, "id": uuid4(), "amount": 100 + number}) for number in range(200)
    )
    assert questions(town, now) == counted
