"""People inside sign in with ID and PIN; guessing waits, and nobody is locked out by others."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from kinline.apps.audit.models import Line
from kinline.apps.errors import Refused
from kinline.apps.facilities.actions import stations
from kinline.apps.facilities.models import Station
from kinline.apps.people import pins
from kinline.apps.people.actions import people_inside, sign_in
from kinline.apps.people.models import InsideSession, Person, PinTry
from kinline.core.control import IdentifyRequest
from kinline.core.ids import StationId
from kinline.core.refusal import Refusal
from tests.cast import PINS, Town


def attempt(
    town: Town, now: datetime, *, pin: str, number: str = "40-2719", tablet: Station | None = None
) -> tuple[Refusal, ...]:
    station = tablet or town.tablet()
    try:
        sign_in.sign_in(station_id=station.pk, number=number, pin=pin, now=now)
    except Refused as no:
        return no.refusals
    return ()


def codes(refusals: tuple[Refusal, ...]) -> list[str]:
    return [refusal.code for refusal in refusals]


@pytest.mark.parametrize("typed", ["40-2719", "402719", "40 2719"])
def test_a_hyphen_keeps_nobody_out(town: Town, now: datetime, typed: str) -> None:
    assert codes(attempt(town, now, pin="000000", number=typed)) == ["sign_in.wrong"]
    assert not attempt(town, now, pin=PINS["40-2719"], number=typed)


def test_julian_signs_in_and_is_known_on_this_tablet_only(town: Town, now: datetime) -> None:
    signed = town.sign_in(town.julian)
    assert signed.inside.name == "Julian Marrow"
    assert (signed.inside.place, signed.inside.unit) == ("ma-bristol", "A")  # the tablet's unit
    here = sign_in.resume(token=signed.token, station_id=signed.inside.station, now=now)
    assert here is not None
    assert here.person == town.julian.pk
    elsewhere = town.tablet("ma-suffolk").pk
    assert sign_in.resume(token=signed.token, station_id=elsewhere, now=now) is None


def test_only_the_hash_of_the_token_is_stored(town: Town) -> None:
    signed = town.sign_in(town.julian)
    assert signed.token not in InsideSession.objects.get().token_hash


@pytest.mark.parametrize(
    ("number", "pin"),
    [("40-2719", "000000"), ("99-9999", "271900"), ("31-0007", "700031"), ("40-2719", "")],
    ids=["wrong PIN", "unknown number", "somebody of another facility", "no PIN"],
)
def test_every_wrong_pair_gets_one_and_the_same_answer(
    town: Town, now: datetime, number: str, pin: str
) -> None:
    assert codes(attempt(town, now, number=number, pin=pin)) == ["sign_in.wrong"]


def test_an_inactive_person_gets_that_answer_too(town: Town, now: datetime) -> None:
    Person.objects.filter(pk=town.julian.pk).update(active=False)
    assert codes(attempt(town, now, pin=PINS["40-2719"])) == ["sign_in.wrong"]


def test_an_unknown_number_is_as_slow_as_a_wrong_pin(
    town: Town, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    real = pins._HASHER.verify

    class Counting:
        def verify(self, stored: str, keyed: str) -> bool:
            looked.append(stored)
            return real(stored, keyed)

        hash = pins._HASHER.hash

    monkeypatch.setattr(pins, "_HASHER", Counting())
    attempt(town, now, number="40-2719", pin="000000")
    attempt(town, now, number="99-9999", pin="000000")
    assert len(looked) == 2


def test_after_five_wrong_tries_one_waits_ten_minutes(town: Town, now: datetime) -> None:
    for second in range(5):
        at = now + timedelta(seconds=second)
        assert codes(attempt(town, at, pin="000000")) == ["sign_in.wrong"]
    (wait,) = attempt(town, now + timedelta(seconds=6), pin=PINS["40-2719"])
    assert wait.code == "sign_in.wait"
    assert wait.until == now + timedelta(seconds=4, minutes=10)
    assert attempt(town, wait.until, pin=PINS["40-2719"]) == ()


def test_tries_while_waiting_do_not_make_it_longer(town: Town, now: datetime) -> None:
    for _ in range(5):
        attempt(town, now, pin="000000")
    for minute in range(1, 10):
        attempt(town, now + timedelta(minutes=minute), pin="000000")
    assert attempt(town, now + timedelta(minutes=10), pin=PINS["40-2719"]) == ()


def test_five_wrong_tries_over_a_day_lock_nobody_out(town: Town, now: datetime) -> None:
    for hour in range(5):
        attempt(town, now + timedelta(hours=hour), pin="000000")
    assert attempt(town, now + timedelta(hours=4, minutes=1), pin=PINS["40-2719"]) == ()


def test_a_neighbour_at_another_tablet_cannot_lock_julian_out(town: Town, now: datetime) -> None:
    other = Station.objects.get(name="Tablet C-2")
    for _ in range(9):
        attempt(town, now, pin="000000", tablet=other)
    assert attempt(town, now, pin=PINS["40-2719"]) == ()
    assert codes(attempt(town, now, pin=PINS["40-2719"], tablet=other)) == ["sign_in.wait"]


def test_the_right_pin_forgets_the_wrong_ones(town: Town, now: datetime) -> None:
    for _ in range(4):
        attempt(town, now, pin="000000")
    assert attempt(town, now, pin=PINS["40-2719"]) == ()
    assert not PinTry.objects.exists()


def test_guesses_sent_at_once_do_not_overtake_their_counting(town: Town, now: datetime) -> None:
    """As if five others had been written while this one was between its look and its own."""
    for _ in range(4):
        attempt(town, now, pin="000000")
    facility = town.julian.facility
    extra = PinTry(facility=facility, number="40-2719", station=town.tablet(), at=now)
    looks = sign_in._wait_if_tired

    def race(*given: object) -> None:
        looks(*given)  # type: ignore[arg-type]
        extra.save(force_insert=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_in, "_wait_if_tired", race)
        assert codes(attempt(town, now, pin=PINS["40-2719"])) == ["sign_in.wait"]


def test_staff_give_a_new_pin_and_the_waiting_ends(town: Town, now: datetime) -> None:
    for _ in range(5):
        attempt(town, now, pin="000000")
    ines = town.staff("ines")
    people_inside.reset_pin(staff=ines, person_id=town.julian.pk, pin="864209", now=now)
    assert codes(attempt(town, now, pin=PINS["40-2719"])) == ["sign_in.wrong"]
    assert attempt(town, now, pin="864209") == ()


# --- the session ----------------------------------------------------------------------


def test_a_tablet_left_alone_signs_out_by_itself(town: Town, now: datetime) -> None:
    signed = town.sign_in(town.julian)
    idle = timedelta(seconds=settings.TABLET_IDLE_SECONDS)
    nearly = now + idle - timedelta(seconds=1)
    station = signed.inside.station
    polled = sign_in.resume(token=signed.token, station_id=station, now=nearly, touch=False)
    assert polled is not None
    assert sign_in.resume(token=signed.token, station_id=station, now=now + idle) is None


def test_using_the_tablet_keeps_one_signed_in(town: Town, now: datetime) -> None:
    signed = town.sign_in(town.julian)
    minute = timedelta(minutes=1)
    for minutes in range(1, 20):
        at = now + minutes * minute
        assert sign_in.resume(token=signed.token, station_id=signed.inside.station, now=at)


def test_signing_out_ends_it_and_a_second_time_is_no_error(town: Town, now: datetime) -> None:
    signed = town.sign_in(town.julian)
    for _ in range(2):
        sign_in.sign_out(token=signed.token, now=now)
    again = sign_in.resume(token=signed.token, station_id=signed.inside.station, now=now)
    assert again is None
    assert Line.objects.filter(act="inside.signed_out").count() == 1


def test_the_next_person_on_the_tablet_ends_the_session_before(town: Town, now: datetime) -> None:
    ines = town.staff("ines")
    people_inside.add(
        staff=ines,
        place="ma-bristol",
        unit_id=None,
        number="40-1",
        given_name="Abe",
        family_name="Stone",
        language="en",
        pin="135791",
        now=now,
    )
    first = town.sign_in(town.julian)
    sign_in.sign_in(station_id=first.inside.station, number="40-1", pin="135791", now=now)
    again = sign_in.resume(token=first.token, station_id=first.inside.station, now=now)
    assert again is None


@pytest.mark.parametrize("off", ["person", "station"])
def test_whoever_or_whatever_is_turned_off_is_signed_out(
    town: Town, now: datetime, off: str
) -> None:
    signed = town.sign_in(town.julian)
    if off == "person":
        people_inside.change(
            staff=town.staff("ines"), person_id=town.julian.pk, now=now, active=False
        )
    else:
        facility, ines = town.julian.facility_id, town.account("ines").pk
        station = signed.inside.station
        stations.change(facility_id=facility, station_id=station, by=ines, now=now, active=False)
        assert codes(attempt(town, now, pin=PINS["40-2719"])) == ["sign_in.closed"]
    again = sign_in.resume(token=signed.token, station_id=signed.inside.station, now=now)
    assert again is None


# --- the same question from a handset -----------------------------------------------------


def test_a_handset_asks_by_control_and_gets_an_answer_never_an_exception(
    town: Town, now: datetime
) -> None:
    station = StationId(str(town.tablet("ma-essex").pk))
    good = sign_in.identify(IdentifyRequest(station, "20-8861", "886120"), now=now)
    assert (good.person, good.language) == (str(town.luis.pk), "es")
    bad = sign_in.identify(IdentifyRequest(station, "20-8861", "1"), now=now)
    assert [r.code for r in bad.refusals] == ["sign_in.wrong"]
    nowhere = sign_in.identify(IdentifyRequest(StationId("?"), "20-8861", "1"), now=now)
    assert [r.code for r in nowhere.refusals] == ["sign_in.closed"]


def test_a_pin_is_in_no_audit_line_and_no_repr(town: Town, now: datetime) -> None:
    town.sign_in(town.julian)
    attempt(town, now, pin="000111")
    assert "271900" not in str(list(Line.objects.values()))
    assert "271900" not in repr(IdentifyRequest(StationId("s"), "40-2719", "271900"))
    assert "000111" not in str(list(PinTry.objects.values()))
