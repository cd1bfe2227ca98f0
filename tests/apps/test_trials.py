"""Test calls: asked for by staff, taken by one engine, told once; no way to make calls."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from kinline.apps.calls.models import Call
from kinline.apps.charging.models import Charge
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import directory, trials
from kinline.apps.facilities.models import Trial, Trunk
from kinline.core.control import TelephonesRequest, TrialDone
from kinline.core.ids import EngineId
from tests.cast import Town

DESK = "+16175550142"
E1, E2 = EngineId("e1"), EngineId("e2")


@pytest.fixture
def trunk(town: Town) -> UUID:
    agency = town.facility("ma-bristol").agency
    return Trunk.objects.create(
        agency=agency, name="Carrier", host="sip.carrier.example", caller="+15085550100"
    ).pk


def ask(town: Town, trunk: UUID, now: datetime, number: str = DESK, place: str = "") -> UUID:
    return trials.ask(
        facility_id=town.facility(place or "ma-bristol").pk,
        trunk_id=trunk,
        e164=number,
        by=town.account("ines").pk,
        now=now,
    )


def poll(engine: EngineId, now: datetime, *done: TrialDone) -> list[str]:
    told = directory.telephones(TelephonesRequest(engine, tried=done), now=now)
    return [one.trial for one in told.trials]


def state(trunk: UUID, now: datetime) -> tuple[str, int | None]:
    newest = queries.trials(trunk_id=trunk, now=now)[0]
    return newest.state, newest.code


def test_the_engine_that_asks_first_takes_it_and_nobody_else(
    town: Town, trunk: UUID, now: datetime
) -> None:
    asked = str(ask(town, trunk, now))
    assert state(trunk, now) == ("waiting", None)
    assert poll(E1, now) == [asked]
    assert poll(E2, now) == poll(E1, now) == []
    assert state(trunk, now) == ("ringing", None)
    poll(E1, now, TrialDone(asked, 486))
    assert state(trunk, now) == ("done", 486)
    poll(E2, now, TrialDone(asked, 200), TrialDone(str(uuid4()), 200), TrialDone("?", 9))
    assert state(trunk, now) == ("done", 486), "told twice is told once"


def test_it_is_no_call_and_costs_nothing(town: Town, trunk: UUID, now: datetime) -> None:
    asked = str(ask(town, trunk, now))
    poll(E1, now)
    poll(E1, now, TrialDone(asked, 200))
    assert not Call.objects.exists()
    assert not Charge.objects.exists()


def test_a_trial_nobody_took_is_lost_and_not_made_later(
    town: Town, trunk: UUID, now: datetime
) -> None:
    ask(town, trunk, now)
    later = now + trials.STALE + timedelta(seconds=1)
    assert poll(E1, later) == []
    assert state(trunk, later) == ("lost", None)
    ask(town, trunk, later)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "number.not_a_number"),
        ("+18765550123", "trial.at_home"),
        ("+19005550100", "trial.at_home"),
    ],
)
def test_only_ordinary_numbers_at_home(
    town: Town, trunk: UUID, now: datetime, number: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        ask(town, trunk, now, number)
    assert not Trial.objects.exists()


def test_one_at_a_time_and_ten_an_hour(town: Town, trunk: UUID, now: datetime) -> None:
    for minute in range(trials.MOST_AN_HOUR):
        asked = ask(town, trunk, now + timedelta(minutes=2 * minute))
        with pytest.raises(Refused, match=r"trial\.goes_on"):
            ask(town, trunk, now + timedelta(minutes=2 * minute))
        trials.keep([TrialDone(str(asked), 200)], now=now)
    with pytest.raises(Refused, match=r"trial\.too_many"):
        ask(town, trunk, now + timedelta(minutes=40))
    ask(town, trunk, now + timedelta(minutes=61))


def test_not_through_anothers_carrier_nor_one_that_is_off(
    town: Town, trunk: UUID, now: datetime
) -> None:
    with pytest.raises(NotFound):
        ask(town, trunk, now, place="ma-essex")
    Trunk.objects.update(active=False)
    with pytest.raises(Refused, match=r"trial\.off"):
        ask(town, trunk, now)
