"""Calls before one has a PIN, and the one call that staff grant."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from kinline.apps.audit.models import Line as AuditLine
from kinline.apps.calls.actions.authorize import authorize
from kinline.apps.calls.models import Call
from kinline.apps.calls.queries import console
from kinline.apps.charging.models import Charge
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.actions import intake
from kinline.apps.facilities.models import Station
from kinline.apps.people.actions import blocks, courtesies
from kinline.apps.people.courtesies import courtesies as courtesies_of
from kinline.apps.people.models import Block, CourtesyGrant
from kinline.core.call.announcement import Acceptance
from kinline.core.call.caller import Caller
from kinline.core.call.states import EndReason
from kinline.core.control import AuthorizeReply, AuthorizeRequest
from kinline.core.ids import StationId
from tests.apps.story import BOOT, ENGINE, Story, codes, dial, permit, talked
from tests.cast import Town

NH = "nh-example"


def from_intake(
    town: Town, now: datetime, number: str = "", station: Station | None = None
) -> AuthorizeReply:
    asked = AuthorizeRequest(
        key=uuid4().hex,
        engine=ENGINE,
        station=StationId(str((station or town.intake_tablet).pk)),
        person=None,
        number=number or town.numbers.unknown,
        boot=BOOT,
    )
    return authorize(asked, now=now)


def test_who_was_just_brought_in_calls_any_number_for_five_minutes_recorded(
    town: Town, now: datetime
) -> None:
    found = permit(from_intake(town, now))
    assert (found.limit_seconds, found.name, found.private) == (300, None, None)
    assert found.recording is not None
    assert found.acceptance is Acceptance.TWO_KEYS
    assert found.announcement[-1] == "two_keys"
    assert "cents:12" in found.announcement
    call = Call.objects.get(pk=found.call)
    assert (call.caller, call.person_id) == (Caller.INTAKE, None)
    assert call.station_id == town.intake_tablet.pk


def test_the_fourth_call_within_an_hour_waits_and_says_until_when(
    town: Town, now: datetime
) -> None:
    for minute in (0, 10, 20):
        at = now + timedelta(minutes=minute)
        story = Story(permit(from_intake(town, at)).call)
        story.talk_from(at)
        story.end(EndReason.HUNG_UP_INSIDE, at + timedelta(seconds=30), 30)
    refused = from_intake(town, now + timedelta(minutes=30))
    assert codes(refused) == ["call.intake_too_many"]
    assert refused.refusals[0].until == now + timedelta(minutes=60)
    permit(from_intake(town, now + timedelta(minutes=60)))


def test_a_call_nobody_accepted_does_not_count(town: Town, now: datetime) -> None:
    for _ in range(5):
        story = Story(permit(from_intake(town, now)).call)
        story.end(EndReason.NO_ANSWER, now + timedelta(seconds=45))


def test_no_other_tablet_calls_without_sign_in(town: Town, now: datetime) -> None:
    assert codes(from_intake(town, now, station=town.tablet(NH))) == ["call.sign_in_first"]
    assert codes(from_intake(town, now, station=town.tablet())) == ["call.sign_in_first"]


def test_what_stops_an_intake_call(town: Town, now: datetime) -> None:
    assert codes(from_intake(town, now, "1234")) == ["call.number_not_valid"]
    blocks.block_facility(contact_id=town.odette.pk, place=NH, now=now)
    assert codes(from_intake(town, now, town.numbers.odette)) == ["call.blocked"]
    Station.objects.filter(pk=town.intake_tablet.pk).update(active=False)
    assert codes(from_intake(town, now)) == ["call.station_off"]


def test_an_open_line_called_from_intake_is_an_open_line(town: Town, now: datetime) -> None:
    Station.objects.filter(pk=town.intake_tablet.pk).update(active=False)
    call = Call.objects.get(pk=permit(from_intake(town, now, town.numbers.prea)).call)
    assert (call.caller, call.station_id) == (Caller.ANONYMOUS, None)


def test_staff_set_the_rule_and_zero_ends_it(town: Town, now: datetime) -> None:
    facility, by = town.facility(NH).pk, town.account("rae").pk
    later = now + timedelta(seconds=1)
    intake.set_rule(facility_id=facility, calls_an_hour=0, max_call_seconds=300, by=by, now=later)
    assert codes(from_intake(town, later)) == ["call.intake_not_offered"]
    assert AuditLine.objects.filter(act="facility.intake_set", actor=str(by)).count() == 1
    for calls, seconds in ((61, 300), (3, 59)):
        with pytest.raises(Refused):
            intake.set_rule(
                facility_id=facility, calls_an_hour=calls, max_call_seconds=seconds, by=by, now=now
            )


def test_the_console_says_that_nobody_signed_in(town: Town, now: datetime) -> None:
    story = Story(permit(from_intake(town, now)).call)
    (live,) = console.live(staff=town.staff("rae"))
    assert (live.caller, live.person, live.station) == (Caller.INTAKE, None, "Tablet B-1")
    assert live.may_end
    story.talk_from(now)
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(seconds=60), 60)
    (row,) = console.finished(staff=town.staff("rae")).items
    assert (row.person_name, row.consumer_cents) == ("", 12)
    assert Charge.objects.get().person == ""


# --- courtesy ---------------------------------------------------------------------------


def granted(town: Town, now: datetime, **changes: object) -> None:
    wanted = {
        "staff": town.staff("ines"),
        "person_id": town.julian.pk,
        "until": now + timedelta(hours=2),
        "max_call_seconds": 600,
        "reason": "his daughter is in hospital",
        "now": now,
    }
    courtesies.grant(**(wanted | changes))  # type: ignore[arg-type]


def test_julian_may_make_one_call_to_a_number_that_is_not_on_his_list(
    town: Town, now: datetime
) -> None:
    granted(town, now)
    tablet, number = town.tablet(), town.numbers.grace
    story = Story(permit(dial(town.julian, number, tablet, now)).call)
    assert story.row.limit_seconds == 600
    story.end(EndReason.NO_ANSWER, now + timedelta(seconds=45))
    # Nobody accepted: it is not used up.
    talked(town.julian, number, tablet, now + timedelta(minutes=5), 60)
    again = dial(town.julian, number, tablet, now + timedelta(minutes=10))
    assert codes(again) == ["call.not_on_list"]
    (seen,) = courtesies_of(person_id=town.julian.pk, now=now + timedelta(minutes=10))
    assert (seen.open, seen.used_at) == (False, now + timedelta(minutes=5))


def test_it_goes_out_when_phones_are_closed(town: Town, now: datetime) -> None:
    town.hours("ma-bristol", "07:00", "08:00")
    assert codes(dial(town.julian, town.numbers.odette, town.tablet(), now)) == [
        "call.outside_hours"
    ]
    granted(town, now)
    assert permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).limit_seconds == 600


def test_a_call_that_may_be_made_anyway_leaves_it_whole(town: Town, now: datetime) -> None:
    granted(town, now)
    talked(town.julian, town.numbers.odette, town.tablet(), now, 60)
    assert CourtesyGrant.objects.get().used_at is None


def test_whoever_is_called_so_may_block_it_and_the_block_is_stronger(
    town: Town, now: datetime
) -> None:
    granted(town, now)
    tablet, grace = town.tablet(), town.numbers.grace
    story = Story(permit(dial(town.julian, grace, tablet, now)).call)
    story.end(EndReason.BLOCKED, now + timedelta(seconds=20))  # Grace pressed 9
    assert Block.objects.get().person_id == town.julian.pk
    assert codes(dial(town.julian, grace, tablet, now + timedelta(minutes=1))) == ["call.blocked"]


def test_it_is_julians_alone_and_over_at_its_moment(town: Town, now: datetime) -> None:
    granted(town, now)
    wendell = dial(town.wendell, town.numbers.odette, town.tablet("ma-suffolk"), now)
    assert codes(wendell) == ["call.not_on_list"]
    late = dial(town.julian, town.numbers.grace, town.tablet(), now + timedelta(hours=2))
    assert codes(late) == ["call.not_on_list"]


def test_staff_take_it_back(town: Town, now: datetime) -> None:
    granted(town, now)
    grant = CourtesyGrant.objects.get()
    with pytest.raises(NotFound):
        courtesies.take_back(staff=town.staff("theo"), grant_id=grant.pk, now=now)
    courtesies.take_back(staff=town.staff("ines"), grant_id=grant.pk, now=now)
    assert codes(dial(town.julian, town.numbers.grace, town.tablet(), now)) == ["call.not_on_list"]
    with pytest.raises(Refused):
        courtesies.take_back(staff=town.staff("ines"), grant_id=grant.pk, now=now)
    acts = AuditLine.objects.filter(subject=str(town.julian.pk)).order_by("id")
    assert [line.act for line in acts][:2] == ["courtesy.granted", "courtesy.taken_back"]
    assert all("hospital" not in str(line.facts) for line in acts)


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": timedelta(0)},
        {"until": timedelta(days=8)},
        {"max_call_seconds": 59},
        {"reason": "  "},
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(
    town: Town, now: datetime, wrong: dict[str, object]
) -> None:
    if isinstance(wrong.get("until"), timedelta):
        wrong = {"until": now + wrong["until"]}  # type: ignore[operator]
    with pytest.raises(Refused):
        granted(town, now, **wrong)


def test_staff_of_another_county_grant_nothing_here(town: Town, now: datetime) -> None:
    with pytest.raises(NotFound):
        granted(town, now, staff=town.staff("theo"))
