"""Lines that are always open: who is kept with a call (often nobody), and what never stops one."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.calls.actions import passes, staff
from kinline.apps.calls.actions.authorize import authorize
from kinline.apps.calls.actions.finish import ended
from kinline.apps.calls.actions.lines import lines as lines_of
from kinline.apps.calls.callers import UnknownParty
from kinline.apps.calls.models import Call, CallRecord
from kinline.apps.calls.queries import console, portal, tablet
from kinline.apps.charging.models import AllowanceDraw, Charge
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities import queries as facilities
from kinline.apps.facilities.actions import lines
from kinline.apps.facilities.lines import line_book, open_lines
from kinline.apps.facilities.models import CallingRule, OpenLine, Station
from kinline.apps.people.actions import blocks
from kinline.apps.people.models import Block, Person
from kinline.apps.recordings.models import Recording
from kinline.core.call.announcement import Acceptance
from kinline.core.call.caller import Caller
from kinline.core.call.states import EndReason
from kinline.core.control import AuthorizeReply, AuthorizeRequest, LinesRequest
from kinline.core.ids import LineId, PersonId, StationId
from kinline.core.policy.lines import LineKind
from tests.apps.story import BOOT, ENGINE, Story, codes, dial, permit
from tests.cast import Town

NH = "nh-example"
_keys: Iterator[int] = iter(range(10**9))


def call_line(
    town: Town,
    kind: str,
    now: datetime,
    *,
    person: Person | None = None,
    key: str = "",
    language: str = "en",
) -> AuthorizeReply:
    """From the first tablet of nh-example to one of its lines."""
    asked = AuthorizeRequest(
        key=key or f"line-{next(_keys)}",
        engine=ENGINE,
        station=StationId(str(town.tablet(NH).pk)),
        person=PersonId(str(person.pk)) if person else None,
        number="",
        boot=BOOT,
        line=LineId(str(town.line(kind).pk)),
        language=language,
    )
    return authorize(asked, now=now)


def talked(town: Town, kind: str, now: datetime, *, person: Person | None = None) -> Story:
    story = Story(permit(call_line(town, kind, now, person=person)).call)
    story.talk_from(now + timedelta(seconds=6))
    story.end(EndReason.HUNG_UP_OUTSIDE, now + timedelta(seconds=96), 90)
    return story


# --- what never stops one ---------------------------------------------------------------


@pytest.mark.parametrize("kind", ["prea", "crisis", "tip", "legal_services"])
def test_nothing_a_facility_can_lock_locks_a_line(town: Town, now: datetime, kind: str) -> None:
    CallingRule.objects.filter(facility__place=NH).update(offered=False)
    Station.objects.filter(unit__facility__place=NH).update(active=False)
    blocks.block_facility(contact_id=town.desk.pk, place=NH, now=now)
    found = permit(call_line(town, kind, now))
    assert (found.limit_seconds, found.name) == (None, None)
    assert found.private is not None
    assert found.recording is None
    assert found.announcement[0] == "call_from"  # and not "free call": of money nothing is said
    assert not [one for one in found.announcement if one.startswith(("cents", "price"))]


def test_a_relay_number_is_open_to_whoever_is_signed_in_and_to_nobody_else(
    town: Town, now: datetime
) -> None:
    assert codes(call_line(town, "relay", now)) == ["call.line_needs_sign_in"]
    # Typed like any number: not on a list, at night, on a tablet turned off, blocked.
    CallingRule.objects.filter(facility__place=NH).update(offered=False)
    Station.objects.filter(unit__facility__place=NH).update(active=False)
    reply = dial(town.tomas, town.numbers.relay, town.tablet(NH), now)
    call = Call.objects.get(pk=permit(reply).call)
    assert (call.person_id, call.caller) == (town.tomas.pk, Caller.PERSON)
    assert call.line_id == town.line("relay").pk


def test_a_line_waits_for_no_other_call_of_the_same_person(town: Town, now: datetime) -> None:
    town.has(town.tomas, 1000)
    permit(dial(town.tomas, town.numbers.carmen, town.tablet(NH), now))
    permit(dial(town.tomas, town.numbers.relay, town.tablet(NH), now))
    again = dial(town.tomas, town.numbers.carmen, town.tablet(NH), now)
    assert codes(again) == ["call.already_on_a_call"]


def test_two_people_may_be_on_the_crisis_line_at_once(town: Town, now: datetime) -> None:
    permit(call_line(town, "crisis", now))
    permit(call_line(town, "crisis", now))


def test_a_line_that_ended_says_so_and_another_facilitys_line_is_unknown(
    town: Town, now: datetime
) -> None:
    OpenLine.objects.filter(kind="crisis").update(until_on=date(2025, 3, 12))
    assert codes(call_line(town, "crisis", now)) == ["call.line_ended"]
    asked = AuthorizeRequest(
        key="elsewhere",
        engine=ENGINE,
        station=StationId(str(town.tablet().pk)),
        person=None,
        number="",
        line=LineId(str(town.line("prea").pk)),
    )
    with pytest.raises(UnknownParty):
        authorize(asked, now=now)


def test_the_same_key_is_the_same_call(town: Town, now: datetime) -> None:
    first, again = (call_line(town, "prea", now, key="same") for _ in range(2))
    assert first == again
    assert Call.objects.filter(key="same").count() == 1


# --- who is kept ------------------------------------------------------------------------


def everything_stored() -> str:
    """Every value in every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found).replace("-", "")


@pytest.mark.parametrize("kind", ["prea", "tip"])
def test_an_anonymous_call_leaves_no_trace_of_person_or_tablet_anywhere(
    town: Town, now: datetime, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person, station = town.tomas.pk.hex, town.tablet(NH).pk.hex
    before = everything_stored()
    # Even if an engine tells who is signed in: web forgets it.
    story = talked(town, kind, now, person=town.tomas)
    after = everything_stored()
    assert story.row.end_reason == "hung_up_outside"
    for trace in (person, station, town.tomas.number.replace("-", "")):
        assert after.count(trace) == before.count(trace)
    assert person not in caplog.text.replace("-", "")
    call = story.row
    assert (call.caller, call.person_id, call.station_id) == (Caller.ANONYMOUS, None, None)
    told = AuditLine.objects.filter(subject=str(call.pk))
    assert {line.act for line in told} == {"call.authorized", "call.ended"}
    assert {line.actor_kind for line in told} == {"nobody", "engine"}


def test_typing_the_number_of_an_anonymous_line_while_signed_in_is_as_anonymous(
    town: Town, now: datetime
) -> None:
    found = permit(dial(town.tomas, town.numbers.prea, town.tablet(NH), now))
    call = Call.objects.get(pk=found.call)
    assert (call.person_id, call.station_id, found.name) == (None, None, None)


def test_a_line_without_pin_keeps_the_tablet_but_nobody(town: Town, now: datetime) -> None:
    call = talked(town, "crisis", now, person=town.tomas).row
    assert (call.caller, call.person_id) == (Caller.NOBODY, None)
    assert call.station_id == town.tablet(NH).pk


def test_the_desk_sees_where_a_call_came_from_and_nobodys_name(town: Town, now: datetime) -> None:
    call = talked(town, "crisis", now).row
    seen = portal.one(contact_id=town.desk.pk, call_id=call.pk)
    assert (seen.person, seen.person_name) == (None, "")
    assert seen.lines["en"].startswith("Example Crisis Line")
    assert seen.price is not None
    assert seen.price.free


def test_a_call_the_desk_missed_is_noted_without_a_name(town: Town, now: datetime) -> None:
    story = Story(permit(call_line(town, "crisis", now)).call)
    story.end(EndReason.NO_ANSWER, now + timedelta(seconds=45))
    assert story.row.end_reason == "no_answer"


def test_nobody_is_blocked_by_a_line_whatever_an_engine_tells(town: Town, now: datetime) -> None:
    for person in (None, town.tomas):
        kind = "relay" if person else "crisis"
        story = Story(permit(call_line(town, kind, now, person=person)).call)
        ended(story.ended(EndReason.BLOCKED, now), now=now)
        assert story.row.end_reason == "blocked"
    assert not Block.objects.exists()


# --- money ------------------------------------------------------------------------------


def test_a_line_costs_nobody_anything_where_every_other_minute_costs_twelve_cents(
    town: Town, now: datetime
) -> None:
    record = CallRecord.objects.get(call=talked(town, "crisis", now).pk)
    charge = Charge.objects.get(pk=record.charge)
    assert (charge.consumer_cents, charge.agency_cents, charge.person) == (0, 0, "")
    (line,) = charge.lines.all()
    assert (line.units, line.cents, line.rule) == (2, 0, "open_line")
    assert not AllowanceDraw.objects.exists()


# --- what staff see ---------------------------------------------------------------------


def test_the_wallboard_does_not_show_that_someone_reports_abuse_right_now(
    town: Town, now: datetime
) -> None:
    permit(call_line(town, "prea", now))
    permit(call_line(town, "crisis", now))
    (row,) = console.live(staff=town.staff("rae"))
    assert (row.caller, row.person, row.person_name) == (Caller.NOBODY, None, "")
    assert not row.may_end


def test_staff_do_not_cut_an_open_line(town: Town, now: datetime) -> None:
    call = permit(call_line(town, "crisis", now)).call
    with pytest.raises(Refused) as no:
        staff.end(
            staff=town.staff("rae"), call_id=Call.objects.get(pk=call).pk, reason="x", now=now
        )
    assert no.value.refusals[0].code == "call.line_stays_open"


def test_finished_calls_name_nobody_and_guess_nobody(town: Town, now: datetime) -> None:
    talked(town, "prea", now)
    rows = console.finished(staff=town.staff("rae")).items
    assert [(row.caller, row.person_name, row.person_number) for row in rows] == [
        (Caller.ANONYMOUS, "", "")
    ]
    one = console.one(staff=town.staff("rae"), call_id=rows[0].id)
    assert (one.station, one.unit, one.kept) == ("", "", None)
    use = console.line_use(staff=town.staff("rae"), place=NH, since=now - timedelta(days=1))
    assert use[town.line("prea").pk] == console.LineUse(calls=1, seconds=90)
    assert not console.line_use(staff=town.staff("sam"), place=NH, since=now - timedelta(days=1))


def test_trying_a_call_knows_the_lines(town: Town, now: datetime) -> None:
    trial = console.try_call(
        staff=town.staff("rae"), person_id=town.tomas.pk, number=town.numbers.prea, at=now
    )
    assert (trial.refusals, trial.private_because) == ((), "line")
    assert trial.price is not None
    assert trial.price.free


# --- guards -----------------------------------------------------------------------------


def refused(act: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.mark.parametrize(
    "change",
    [{"person": "tomas"}, {"station": "tablet"}, {"caller": "nobody"}, {"line": None}],
)
def test_the_database_keeps_an_anonymous_call_anonymous(
    town: Town, now: datetime, change: dict[str, Any]
) -> None:
    call = talked(town, "prea", now).row
    rows = {"tomas": town.tomas, "tablet": town.tablet(NH)}
    wanted = {name: rows.get(value, value) for name, value in change.items()}
    refused(lambda: Call.objects.filter(pk=call.pk).update(**wanted))
    refused(
        lambda: Call.objects.filter(pk=call.pk).update(
            person=town.tomas, station=town.tablet(NH), caller="person"
        )
    )


def test_nor_lets_one_be_written_with_a_person(town: Town, now: datetime) -> None:
    call = talked(town, "prea", now).row
    call.pk, call.key, call.person, call.station = uuid4(), "x", town.tomas, town.tablet(NH)
    call.caller = Caller.PERSON
    refused(lambda: call.save(force_insert=True))


def test_a_call_to_a_private_line_is_private_and_never_recorded(town: Town, now: datetime) -> None:
    call = talked(town, "crisis", now).row
    refused(lambda: Call.objects.filter(pk=call.pk).update(private=False))
    slipped = Recording(
        call=call.pk,
        facility=call.facility,
        folder=uuid4().hex,
        wrapped_key="x",
        key_name="agency-nh-example",
        granted_at=now,
    )
    refused(lambda: slipped.save(force_insert=True))
    call.pk, call.key, call.private = uuid4(), "y", False
    refused(lambda: call.save(force_insert=True))


@pytest.mark.parametrize(
    ("caller", "person", "station", "line"),
    [
        ("person", False, True, False),
        ("nobody", False, True, False),
        ("nobody", False, False, True),
        ("intake", False, True, True),
        ("intake", True, True, False),
        ("anonymous", False, False, False),
    ],
)
def test_a_call_has_the_caller_it_may(
    town: Town, now: datetime, *, caller: str, person: bool, station: bool, line: bool
) -> None:
    call = talked(town, "crisis", now).row
    call.pk, call.key, call.caller = uuid4(), "z", caller
    call.person = town.tomas if person else None
    call.station = town.tablet(NH) if station else None
    call.line = town.line("crisis") if line else None
    refused(lambda: call.save(force_insert=True))


@pytest.mark.parametrize(
    "change",
    [{"private": False}, {"anonymous": False}, {"e164": "+16035550100"}, {"names": {"en": "x"}}],
)
def test_a_line_is_written_once_and_only_ends(town: Town, change: dict[str, Any]) -> None:
    line = OpenLine.objects.filter(kind="crisis")
    if change != {"anonymous": False}:
        refused(lambda: line.update(**change))
    refused(lambda: OpenLine.objects.filter(kind="prea").update(**change))
    refused(lambda: line.delete())
    assert line.update(until_on=date(2030, 1, 1)) == 1


# --- setting and ending -----------------------------------------------------------------


def new(**changes: Any) -> lines.NewLine:
    wanted: dict[str, Any] = {
        "kind": LineKind.CONSULATE,
        "names": {"en": "A consulate", "es": ""},
        "e164": "+16035550188",
        "from_on": date(2025, 3, 12),
    }
    return lines.NewLine(**(wanted | changes))


def test_a_facility_opens_a_line_and_ends_it(town: Town, now: datetime) -> None:
    facility, by = town.facility(NH).pk, town.account("rae").pk
    made = lines.set_line(facility_id=facility, line=new(), by=by, now=now)
    today = now.date()
    assert made in {line.id for line in open_lines(facility_id=facility, today=today)}
    lines.end_line(facility_id=facility, line_id=made, until_on=today, by=by, now=now)
    assert made not in {line.id for line in open_lines(facility_id=facility, today=today)}
    assert made in {line.id for line in line_book(facility_id=facility, today=today).past}
    told = AuditLine.objects.filter(subject=str(made)).order_by("id")
    assert [line.act for line in told] == ["line.set", "line.ended"]
    assert all("0188" not in str(line.facts) for line in told)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": LineKind.PREA}, "line.must_be_anonymous"),
        ({"kind": LineKind.LEGAL_SERVICES, "private": False}, "line.must_be_private"),
        ({"kind": LineKind.RELAY}, "line.must_be_signed_in"),
        ({"anonymous": True, "with_pin": True}, "line.anonymous_has_no_pin"),
        ({"anonymous": True, "private": False}, "line.anonymous_is_private"),
        ({"from_on": date(2025, 3, 11)}, "rule.in_the_past"),
        ({"names": {"en": " "}}, "name.missing"),
        ({"names": {"en": "x" * 61}}, "name.too_long"),
        ({"e164": "911"}, "number.not_a_number"),
        ({"e164": "+16035550172"}, "line.number_taken"),
        ({"digits": "7a"}, "line.digits_only"),
        ({"digits": "72"}, "line.digits_taken"),
        ({"digits": "1234567"}, "line.digits_too_many"),
        ({"note": "x" * 201}, "rule.note_too_long"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_its_reason(
    town: Town, now: datetime, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as no:
        lines.set_line(facility_id=town.facility(NH).pk, line=new(**changes), by=uuid4(), now=now)
    assert code in {one.code for one in no.value.refusals}


def test_a_line_ends_once_and_not_yesterday(town: Town, now: datetime) -> None:
    def end(day: date, place: str = NH) -> None:
        lines.end_line(
            facility_id=town.facility(place).pk,
            line_id=town.line("tip").pk,
            until_on=day,
            by=uuid4(),
            now=now,
        )

    with pytest.raises(Refused, match="ends_in_the_past"):
        end(date(2025, 3, 11))
    with pytest.raises(NotFound):
        end(date(2025, 4, 1), place="ma-bristol")
    end(date(2025, 4, 1))
    with pytest.raises(Refused, match="ended_already"):
        end(date(2025, 5, 1))


# --- for engines and pages --------------------------------------------------------------


def test_a_handset_hears_which_lines_there_are_before_anybody_signs_in(
    town: Town, now: datetime
) -> None:
    told = lines_of(LinesRequest(StationId(str(town.tablet(NH).pk))), now=now)
    assert [line.kind for line in told.lines] == [
        "prea",
        "crisis",
        "tip",
        "legal_services",
        "relay",
    ]
    assert {line.digits: line.with_pin for line in told.lines}["75"]
    assert not told.intake
    assert lines_of(LinesRequest(StationId(str(town.intake_tablet.pk))), now=now).intake
    assert lines_of(LinesRequest(StationId(str(town.tablet().pk))), now=now).lines == ()


def test_how_a_line_answers_is_told_to_the_engine(town: Town, now: datetime) -> None:
    assert permit(call_line(town, "crisis", now)).acceptance is Acceptance.DIRECT
    assert permit(call_line(town, "legal_services", now)).acceptance is Acceptance.TWO_KEYS
    assert permit(call_line(town, "crisis", now, language="es")).caller_language == "es"


def test_the_pass_to_a_line_names_nobody_and_a_relay_has_none(town: Town, now: datetime) -> None:
    device = facilities.device(town.tablet(NH))

    def ask(line: Any) -> Any:
        return passes.dial_nobody(device=device, line_id=line, language="en", now=now)

    assert ask(town.line("prea").pk).word
    for line in (town.line("relay").pk, uuid4(), None):
        with pytest.raises(NotFound):
            ask(line)


def test_only_the_page_that_made_a_nameless_call_comes_back_to_it(
    town: Town, now: datetime
) -> None:
    call = Call.objects.get(pk=permit(call_line(town, "prea", now, key="the-pages-own-key")).call)
    there = {"facility_id": town.facility(NH).pk, "call_id": call.pk}
    assert tablet.nobodys(key="the-pages-own-key", **there).lines
    for key in ("", "another"):
        with pytest.raises(NotFound):
            tablet.nobodys(key=key, **there)
    with pytest.raises(NotFound):
        tablet.nobodys(
            facility_id=town.facility("ma-bristol").pk, key="the-pages-own-key", call_id=call.pk
        )
