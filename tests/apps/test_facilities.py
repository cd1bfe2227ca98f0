"""Calling rules by date, stations, and enrolling a device with a one-time code."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from kinline.apps import tokens
from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import calling, stations
from kinline.apps.facilities.models import CallingRule, EnrolmentCode, Station
from kinline.apps.people.models import Account
from tests.cast import Town

TODAY = date(2025, 3, 12)
TOMORROW = date(2025, 3, 13)


def rule(
    from_on: date, opens: str = "09:00", closes: str = "17:00", **more: int
) -> calling.NewRule:
    opens_at, closes_at = time.fromisoformat(opens), time.fromisoformat(closes)
    return calling.NewRule(from_on, True, opens_at, closes_at, **more)


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [refusal.code for refusal in no.value.refusals]


@pytest.fixture
def ines(town: Town) -> Account:
    return town.account("ines")


def test_a_new_rule_ends_the_one_before_it_on_its_day(
    town: Town, ines: Account, now: datetime
) -> None:
    facility = town.julian.facility
    calling.set_rule(facility_id=facility.pk, rule=rule(TOMORROW), by=ines.pk, now=now)
    book = queries.rules(facility_id=facility.pk, today=TODAY)
    assert book.current is not None
    assert book.current.until_on == TOMORROW
    assert [one.from_on for one in book.coming] == [TOMORROW]
    after = queries.rules(facility_id=facility.pk, today=TOMORROW)
    assert after.current is not None
    assert after.current.opens_at == time(9)
    assert len(after.past) == 1
    line = Line.objects.get(act="facility.rule_set")
    assert (line.actor, line.facts["from_on"]) == (str(ines.pk), "2025-03-13")


def test_a_rule_put_before_a_planned_one_ends_where_that_begins(
    town: Town, ines: Account, now: datetime
) -> None:
    facility = town.julian.facility_id
    for day in (TODAY + timedelta(days=30), TOMORROW):
        calling.set_rule(facility_id=facility, rule=rule(day), by=ines.pk, now=now)
    found = CallingRule.objects.get(facility=facility, from_on=TOMORROW)
    assert found.until_on == TODAY + timedelta(days=30)


def test_no_day_has_two_rules_and_none_has_no_rule(
    town: Town, ines: Account, now: datetime
) -> None:
    facility = town.julian.facility_id
    for days in (9, 3, 20, 3, 1):
        day = TODAY + timedelta(days=days)
        calling.set_rule(facility_id=facility, rule=rule(day), by=ines.pk, now=now)
    rows = list(CallingRule.objects.filter(facility=facility).order_by("from_on"))
    assert [row.until_on for row in rows[:-1]] == [row.from_on for row in rows[1:]]
    assert rows[-1].until_on is None


def test_the_past_cannot_be_changed_but_calls_can_be_stopped_today(
    town: Town, ines: Account, now: datetime
) -> None:
    facility = town.julian.facility_id
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Refused) as no:
        calling.set_rule(facility_id=facility, rule=rule(yesterday), by=ines.pk, now=now)
    assert codes(no) == ["rule.in_the_past"]
    calling.set_rule(facility_id=facility, rule=rule(TODAY), by=ines.pk, now=now)


def test_today_is_the_facilitys_day_not_greenwichs(town: Town, ines: Account) -> None:
    late = datetime(2025, 3, 13, 2, 0, tzinfo=UTC)  # still the evening of the 12th in Boston
    facility = town.julian.facility_id
    calling.set_rule(facility_id=facility, rule=rule(TODAY), by=ines.pk, now=late)


def test_all_mistakes_of_a_rule_are_told_at_once(town: Town, ines: Account, now: datetime) -> None:
    wrong = rule(TODAY - timedelta(days=1), "17:00", "09:00", max_call_seconds=5)
    with pytest.raises(Refused) as no:
        calling.set_rule(facility_id=town.julian.facility_id, rule=wrong, by=ines.pk, now=now)
    assert codes(no) == [
        "rule.in_the_past",
        "rule.opens_after_closing",
        "rule.limit_too_short",
    ]
    assert not Line.objects.filter(act="facility.rule_set").exists()


def test_a_planned_rule_can_be_dropped_and_the_one_before_goes_on(
    town: Town, ines: Account, now: datetime
) -> None:
    facility = town.julian.facility_id
    made = calling.set_rule(facility_id=facility, rule=rule(TOMORROW), by=ines.pk, now=now)
    calling.drop_rule(facility_id=facility, rule_id=made, by=ines.pk, now=now)
    (row,) = CallingRule.objects.filter(facility=facility)
    assert row.until_on is None
    with pytest.raises(NotFound):
        calling.drop_rule(facility_id=facility, rule_id=made, by=ines.pk, now=now)


def test_a_rule_in_force_cannot_be_dropped(town: Town, ines: Account, now: datetime) -> None:
    row = CallingRule.objects.get(facility=town.julian.facility)
    with pytest.raises(Refused) as no:
        calling.drop_rule(facility_id=town.julian.facility_id, rule_id=row.pk, by=ines.pk, now=now)
    assert codes(no) == ["rule.in_the_past"]


def test_anyone_may_read_what_is_public_of_a_facility(town: Town, now: datetime) -> None:
    found = {one.place: one for one in queries.public(now=now)}
    assert len(found) == 5
    assert queries.public_one(place="ma-essex", now=now) == found["ma-essex"]
    assert found["ma-essex"].rule is not None
    with pytest.raises(NotFound):
        queries.public_one(place="nowhere", now=now)


# --- stations -------------------------------------------------------------------------


def enrolled(code: str, now: datetime) -> stations.Enrolled:
    return stations.enrol(code=code, now=now)


@pytest.fixture
def code(town: Town, ines: Account, now: datetime) -> stations.NewCode:
    station = town.tablet()
    return stations.make_code(
        facility_id=town.julian.facility_id, station_id=station.pk, by=ines.pk, now=now
    )


def test_a_device_becomes_a_station_with_a_code_typed_carelessly(
    code: stations.NewCode, now: datetime, town: Town
) -> None:
    typed = f" {code.code[:4].lower()}-{code.code[4:]} "
    made = enrolled(typed, now)
    found = queries.station_by_secret(secret=made.secret)
    assert found == made.device
    assert found is not None
    assert (found.place, found.station) == ("ma-bristol", town.tablet().pk)
    assert made.secret not in str(list(Station.objects.values("secret_hash")))


def test_a_code_has_eight_letters_that_cannot_be_confused(code: stations.NewCode) -> None:
    assert len(code.code) == 8
    assert not set(code.code) & set("0O1IL5S8B")
    assert set(code.code) <= set(tokens.UNAMBIGUOUS)


def test_only_the_hash_of_a_code_is_kept(code: stations.NewCode) -> None:
    assert code.code not in str(list(EnrolmentCode.objects.values()))
    assert code.code not in str(list(Line.objects.values()))


@pytest.mark.parametrize("why", ["wrong", "used", "too late", "replaced"])
def test_a_code_that_is_no_good_gets_one_answer_whatever_the_reason(
    code: stations.NewCode, town: Town, ines: Account, now: datetime, why: str
) -> None:
    typed, at = code.code, now
    if why == "wrong":
        typed = "AAAAAAAA"
    elif why == "used":
        enrolled(typed, now)
    elif why == "too late":
        at = now + timedelta(minutes=15)
    else:
        stations.make_code(
            facility_id=town.julian.facility_id,
            station_id=town.tablet().pk,
            by=ines.pk,
            now=now,
        )
    with pytest.raises(Refused) as no:
        enrolled(typed, at)
    assert codes(no) == ["enrol.unknown_code"]


def test_a_new_device_takes_the_place_of_the_one_before(
    code: stations.NewCode, town: Town, ines: Account, now: datetime
) -> None:
    old = enrolled(code.code, now)
    again = stations.make_code(
        facility_id=town.julian.facility_id, station_id=town.tablet().pk, by=ines.pk, now=now
    )
    enrolled(again.code, now)
    assert queries.station_by_secret(secret=old.secret) is None


def test_a_forgotten_device_is_nobody(
    code: stations.NewCode, town: Town, ines: Account, now: datetime
) -> None:
    made = enrolled(code.code, now)
    facility = town.julian.facility_id
    stations.forget_device(
        facility_id=facility, station_id=made.device.station, by=ines.pk, now=now
    )
    assert queries.station_by_secret(secret=made.secret) is None
    assert queries.station_by_secret(secret="") is None


def test_a_station_of_another_facility_gets_no_code(
    town: Town, ines: Account, now: datetime
) -> None:
    foreign = town.tablet("ma-suffolk").pk
    with pytest.raises(NotFound):
        stations.make_code(
            facility_id=town.julian.facility_id, station_id=foreign, by=ines.pk, now=now
        )


def test_stations_are_added_named_and_listed(town: Town, ines: Account, now: datetime) -> None:
    facility = town.julian.facility_id
    unit = town.tablet().unit_id
    made = stations.add(facility_id=facility, unit_id=unit, name=" D-9 ", by=ines.pk, now=now)
    with pytest.raises(Refused) as no:
        stations.add(facility_id=facility, unit_id=unit, name="D-9", by=ines.pk, now=now)
    assert codes(no) == ["name.taken"]
    stations.change(facility_id=facility, station_id=made, by=ines.pk, now=now, do_not_record=True)
    listed = {one.name: one for one in queries.stations(facility_id=facility, now=now)}
    assert listed["D-9"].do_not_record
    assert listed["D-9"].enrolled_at is None


def test_a_station_cannot_move_beside_one_of_its_name(
    town: Town, ines: Account, now: datetime
) -> None:
    facility, first = town.julian.facility_id, town.tablet()
    unit = stations.add_unit(facility_id=facility, name="Z", by=ines.pk, now=now)
    twin = stations.add(facility_id=facility, unit_id=unit, name=first.name, by=ines.pk, now=now)
    with pytest.raises(Refused) as no:
        stations.change(
            facility_id=facility, station_id=twin, by=ines.pk, now=now, unit_id=first.unit_id
        )
    assert codes(no) == ["name.taken"]
