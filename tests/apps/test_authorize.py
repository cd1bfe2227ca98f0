"""May this call be made? Every refusal, the permit, and what is written down of each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions.authorize import authorize
from kinline.apps.calls.callers import UnknownParty
from kinline.apps.calls.models import Call
from kinline.apps.facilities.models import CallingRule, Station
from kinline.apps.people.actions import attorneys, blocks, lists, people_inside
from kinline.apps.people.models import AttorneyVerification, Person
from kinline.apps.recordings import keys
from kinline.apps.recordings.models import Recording
from kinline.core.call.states import EndReason, State
from tests.apps.story import Story, codes, dial, permit, request
from tests.cast import Town

MOST_QUERIES = 12


def test_julian_may_call_his_mother_free_of_charge_and_recorded(town: Town, now: datetime) -> None:
    reply = dial(town.julian, town.numbers.odette, town.tablet(), now)
    found = permit(reply)
    assert found.contact == str(town.odette.pk)
    assert found.limit_seconds == 20 * 60
    assert found.announcement == (
        "free_call_from",
        "name",
        "at",
        "place:ma-bristol",
        "recorded",
        "keys",
    )
    assert found.recording is not None
    assert found.private is None
    call = Call.objects.get(pk=reply.call)
    assert (call.state, call.private, call.boot) == (State.AUTHORIZED, False, "boot-1")


def test_the_key_of_the_grant_is_stored_wrapped_and_nowhere_in_clear(
    town: Town, now: datetime
) -> None:
    grant = permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).recording
    assert grant is not None
    row = Recording.objects.get(pk=grant.recording)
    assert grant.data_key not in row.wrapped_key
    opened = keys.unwrap(row.wrapped_key, name="agency-ma-bristol", bound_to=str(row.pk))
    assert keys.as_text(opened) == grant.data_key


def test_tomas_hears_the_price_where_a_minute_costs_twelve_cents(town: Town, now: datetime) -> None:
    town.has(town.carmen, 5000)
    tablet = town.tablet("nh-example")
    found = permit(dial(town.tomas, town.numbers.carmen, tablet, now))
    assert found.announcement[0] == "call_from"
    assert "cents:12" in found.announcement
    assert found.language == "es"  # Carmen's


def test_the_number_may_be_typed_as_people_type_it(town: Town, now: datetime) -> None:
    found = permit(dial(town.julian, "(617) 555-0142", town.tablet(), now))
    assert found.contact == str(town.odette.pk)


def test_a_call_to_a_verified_attorney_is_private_and_has_no_key(town: Town, now: datetime) -> None:
    reply = dial(town.julian, town.numbers.priya, town.tablet(), now)
    found = permit(reply)
    assert found.private is not None
    assert found.private.because == "attorney"
    assert found.recording is None
    assert "private" in found.announcement
    assert "recorded" not in found.announcement
    assert not Recording.objects.filter(call=reply.call).exists()


def test_the_same_attorney_is_nobody_special_to_another_agency(town: Town, now: datetime) -> None:
    theo = town.staff("theo")
    lists.allow(staff=theo, person_id=town.wendell.pk, number=town.numbers.priya, name="P", now=now)
    found = permit(dial(town.wendell, town.numbers.priya, town.tablet("ma-suffolk"), now))
    assert found.private is None


def test_a_verification_that_ended_yesterday_no_longer_makes_calls_private(
    town: Town, now: datetime
) -> None:
    AttorneyVerification.objects.filter(contact=town.priya).update(until_on=date(2025, 3, 12))
    found = permit(dial(town.julian, town.numbers.priya, town.tablet(), now))
    assert found.private is None


@pytest.mark.parametrize("mark", ["person", "number", "station"])
def test_any_one_mark_makes_a_call_private(town: Town, now: datetime, mark: str) -> None:
    if mark == "person":
        Person.objects.filter(pk=town.julian.pk).update(do_not_record=True)
    elif mark == "station":
        Station.objects.filter(pk=town.tablet().pk).update(do_not_record=True)
    else:
        entry = town.list_entry(town.julian, town.numbers.odette)
        lists.mark_do_not_record(staff=town.staff("ines"), allowed_id=entry.pk, on=True, now=now)
    found = permit(dial(town.julian, town.numbers.odette, town.tablet(), now))
    assert found.private is not None
    assert found.private.because == mark


def test_another_agencys_mark_counts_and_only_that_agency_can_lift_it(
    town: Town, now: datetime
) -> None:
    theo = town.staff("theo")
    entry = lists.allow(
        staff=theo, person_id=town.wendell.pk, number=town.numbers.odette, name="O", now=now
    )
    lists.mark_do_not_record(staff=theo, allowed_id=entry, on=True, now=now)
    mine = town.list_entry(town.julian, town.numbers.odette)
    lists.mark_do_not_record(staff=town.staff("ines"), allowed_id=mine.pk, on=False, now=now)
    found = permit(dial(town.julian, town.numbers.odette, town.tablet(), now))
    assert found.private is not None


# --- refusals -------------------------------------------------------------------------


def test_a_number_that_is_not_on_the_list_is_refused(town: Town, now: datetime) -> None:
    reply = dial(town.julian, town.numbers.grace, town.tablet(), now)
    assert codes(reply) == ["call.not_on_list"]
    call = Call.objects.get(pk=reply.call)
    assert (call.state, call.ended_at) == (State.REFUSED, now)


def test_a_number_taken_off_the_list_is_refused(town: Town, now: datetime) -> None:
    entry = town.list_entry(town.julian, town.numbers.odette)
    lists.remove(staff=town.staff("ines"), allowed_id=entry.pk, now=now)
    assert codes(dial(town.julian, town.numbers.odette, town.tablet(), now)) == ["call.not_on_list"]


@pytest.mark.parametrize("typed", ["911911", "hello", "", "7" * 10_000])
def test_what_is_not_a_telephone_number_is_refused(town: Town, now: datetime, typed: str) -> None:
    reply = dial(town.julian, typed, town.tablet(), now)
    assert codes(reply) == ["call.number_not_valid"]
    assert len(Call.objects.get(pk=reply.call).number) <= 40


def test_a_contact_who_blocked_the_person_is_not_called(town: Town, now: datetime) -> None:
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    reply = dial(town.julian, town.numbers.odette, town.tablet(), now)
    assert [(r.code, r.whose, r.facts) for r in reply.refusals] == [
        ("call.blocked", "contact", {"block": "person"})
    ]


def test_a_contact_who_blocked_the_facility_is_not_called_from_it(
    town: Town, now: datetime
) -> None:
    blocks.block_facility(contact_id=town.odette.pk, place="ma-bristol", now=now)
    reply = dial(town.julian, town.numbers.odette, town.tablet(), now)
    assert [r.facts for r in reply.refusals] == [{"block": "facility"}]


def test_a_block_taken_back_lets_calls_through_again(town: Town, now: datetime) -> None:
    block = blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    blocks.lift(contact_id=town.odette.pk, block_id=block, now=now)
    assert dial(town.julian, town.numbers.odette, town.tablet(), now).permit


def test_before_the_facility_opens_a_call_is_refused_until_it_does(
    town: Town, now: datetime
) -> None:
    town.hours("ma-bristol", "07:00", "22:00")
    five = datetime(2025, 3, 12, 9, 0, tzinfo=UTC)  # 5 a.m. in Boston
    (refusal,) = dial(town.julian, town.numbers.odette, town.tablet(), five).refusals
    assert (refusal.code, refusal.whose) == ("call.outside_hours", "facility")
    assert refusal.until == datetime(2025, 3, 12, 11, 0, tzinfo=UTC)
    assert refusal.facts == {"opens": "07:00", "closes": "22:00"}


def test_close_to_closing_time_the_call_is_limited_to_what_is_left(
    town: Town, now: datetime
) -> None:
    town.hours("ma-bristol", "07:00", "11:05")
    found = permit(dial(town.julian, town.numbers.odette, town.tablet(), now))
    assert found.limit_seconds == 5 * 60
    call = Call.objects.get(pk=found.call)
    assert [limit["source"] for limit in call.limits] == ["closing", "facility"]
    assert found.ends_by == now + timedelta(minutes=5), "rung for a minute it ends no later"
    accepted = now + timedelta(minutes=1)
    assert found.seconds_from(accepted) == 4 * 60
    assert found.seconds_from(now + timedelta(minutes=6)) == 0


def test_the_shortest_of_all_limits_wins(town: Town, now: datetime) -> None:
    entry = town.list_entry(town.julian, town.numbers.odette)
    lists.change(staff=town.staff("ines"), allowed_id=entry.pk, now=now, max_call_seconds=10 * 60)
    Person.objects.filter(pk=town.julian.pk).update(max_call_seconds=15 * 60)
    found = permit(dial(town.julian, town.numbers.odette, town.tablet(), now))
    assert found.limit_seconds == 10 * 60


def test_where_calls_are_not_offered_today_they_are_refused(town: Town, now: datetime) -> None:
    town.hours("ma-bristol", "07:00", "22:00", offered=False)
    reply = dial(town.julian, town.numbers.odette, town.tablet(), now)
    assert codes(reply) == ["call.not_offered"]


def test_a_facility_without_any_rule_offers_nothing(town: Town, now: datetime) -> None:
    CallingRule.objects.filter(facility=town.julian.facility).delete()
    reply = dial(town.julian, town.numbers.odette, town.tablet(), now)
    assert codes(reply) == ["call.not_offered"]


def test_a_rule_planned_for_tomorrow_says_nothing_about_today(town: Town, now: datetime) -> None:
    rules = CallingRule.objects.filter(facility=town.julian.facility)
    rules.update(from_on=date(2025, 3, 13))
    assert codes(dial(town.julian, town.numbers.odette, town.tablet(), now)) == ["call.not_offered"]
    tomorrow = now + timedelta(days=1)
    assert dial(town.julian, town.numbers.odette, town.tablet(), tomorrow).permit


def test_someone_turned_inactive_and_a_tablet_turned_off_are_both_told(
    town: Town, now: datetime
) -> None:
    Person.objects.filter(pk=town.julian.pk).update(active=False)
    Station.objects.filter(pk=town.tablet().pk).update(active=False)
    reply = dial(town.julian, town.numbers.odette, town.tablet(), now)
    assert codes(reply) == ["call.person_inactive", "call.station_off"]


def test_whoever_is_on_a_call_cannot_dial_another(town: Town, now: datetime) -> None:
    assert dial(town.julian, town.numbers.odette, town.tablet(), now).permit
    second = dial(town.julian, town.numbers.priya, town.tablet(), now)
    assert codes(second) == ["call.already_on_a_call"]


def test_every_reason_is_told_not_the_first(town: Town, now: datetime) -> None:
    town.hours("ma-bristol", "07:00", "08:00")
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=now)
    entry = town.list_entry(town.julian, town.numbers.odette)
    lists.remove(staff=town.staff("ines"), allowed_id=entry.pk, now=now)
    reply = dial(town.julian, town.numbers.odette, town.tablet(), now)
    assert codes(reply) == ["call.not_on_list", "call.blocked", "call.outside_hours"]


def test_a_call_that_nobody_can_price_is_refused_and_not_called_free(
    town: Town, now: datetime
) -> None:
    before_the_book = datetime(2014, 6, 4, 15, 0, tzinfo=UTC)
    CallingRule.objects.filter(facility=town.julian.facility).update(from_on=date(2014, 1, 1))
    reply = dial(town.julian, town.numbers.odette, town.tablet(), before_the_book)
    assert codes(reply) == ["call.no_price"]


# --- the same message again, strangers, and what it costs -------------------------------


def test_the_same_dial_again_gets_the_same_reply_and_makes_no_second_call(
    town: Town, now: datetime
) -> None:
    asked = request(town.julian, town.numbers.odette, town.tablet(), key="one-dial")
    replies = [authorize(asked, now=now + timedelta(seconds=s)) for s in range(3)]
    assert replies[0] == replies[1] == replies[2]
    assert Call.objects.count() == 1
    assert Recording.objects.count() == 1
    assert Line.objects.filter(act="call.authorized").count() == 1


def test_the_same_refused_dial_again_gets_the_same_refusals(town: Town, now: datetime) -> None:
    asked = request(town.julian, town.numbers.grace, town.tablet(), key="one-dial")
    assert authorize(asked, now=now) == authorize(asked, now=now + timedelta(seconds=3))
    assert Call.objects.count() == 1


def test_an_old_dial_does_not_wake_a_call_that_has_ended(town: Town, now: datetime) -> None:
    asked = request(town.julian, town.numbers.odette, town.tablet(), key="one-dial")
    story = Story(permit(authorize(asked, now=now)).call)
    story.end(EndReason.NO_ANSWER, now + timedelta(seconds=45))
    again = authorize(asked, now=now + timedelta(seconds=60))
    assert codes(again) == ["call.over_already"]
    assert again.call == story.call


def test_a_key_of_somebody_elses_dial_opens_nothing(town: Town, now: datetime) -> None:
    dial(town.julian, town.numbers.odette, town.tablet(), now, key="one-dial")
    with pytest.raises(UnknownParty):
        dial(town.wendell, town.numbers.grace, town.tablet("ma-suffolk"), now, key="one-dial")


def test_a_person_cannot_call_from_a_station_of_another_facility(town: Town, now: datetime) -> None:
    with pytest.raises(UnknownParty):
        dial(town.julian, town.numbers.odette, town.tablet("ma-suffolk"), now)
    assert not Call.objects.exists()


def test_each_attempt_has_its_audit_line_without_names_or_numbers(
    town: Town, now: datetime
) -> None:
    dial(town.julian, town.numbers.grace, town.tablet(), now)
    line = Line.objects.get(act="call.refused")
    assert (line.actor_kind, line.actor) == ("person", str(town.julian.pk))
    assert line.facility == "ma-bristol"
    assert line.facts == {"codes": ["call.not_on_list"]}


def test_asking_takes_few_queries_however_long_the_list(town: Town, now: datetime) -> None:
    ines = town.staff("ines")
    for last in range(100, 120):
        lists.allow(
            staff=ines, person_id=town.julian.pk, number=f"+1617555{last:04}", name="N", now=now
        )
    tablet, julian = town.tablet(), town.julian
    with CaptureQueriesContext(
        connection,
    ) as queries:
        dial(julian, town.numbers.odette, tablet, now)
    statements = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(statements) <= MOST_QUERIES, statements


def test_an_attorney_verified_and_ended_by_staff_changes_what_the_next_call_is(
    town: Town, now: datetime
) -> None:
    ines = town.staff("ines")
    entry = town.list_entry(town.julian, town.numbers.odette)
    made = attorneys.verify(
        staff=ines, allowed_id=entry.pk, bar_number="1", from_on=date(2025, 3, 1), now=now
    )
    first = permit(dial(town.julian, town.numbers.odette, town.tablet(), now))
    assert first.private is not None
    Story(first.call).end(EndReason.NO_ANSWER, now)
    attorneys.end(staff=ines, verification_id=made, now=now)
    assert permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).private is None


def test_someone_made_active_again_may_call_again(town: Town, now: datetime) -> None:
    ines = town.staff("ines")
    people_inside.change(staff=ines, person_id=town.julian.pk, now=now, active=False)
    assert not dial(town.julian, town.numbers.odette, town.tablet(), now).permit
    people_inside.change(staff=ines, person_id=town.julian.pk, now=now, active=True)
    assert dial(town.julian, town.numbers.odette, town.tablet(), now).permit
