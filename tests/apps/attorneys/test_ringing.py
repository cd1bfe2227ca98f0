"""Kinline rings Grace's office: a code that proves the number, and a test call in good time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.models import Trunk
from kinline.apps.people import attorney_rings
from kinline.apps.people.actions.statewide import proving, ringing
from kinline.apps.people.models import AttorneyNumber, AttorneyRing
from kinline.core.call.rings import MOST_A_DAY, Kind
from kinline.core.control import TrialCall, TrialDone
from tests.apps.attorneys.desk import approved, asked, proven
from tests.cast import Town

OFFICE = "+16175550177"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def trunk(town: Town) -> Trunk:
    agency = town.facility("ma-bristol").agency
    facts = {"host": "sip.carrier.example", "caller": "+15085550100", "up": True}
    return Trunk.objects.create(agency=agency, name="Carrier", **facts)


def named(town: Town, now: datetime, number: str = OFFICE) -> UUID:
    return proving.add(contact_id=town.grace.pk, number=number, now=now)


def codes(act: Callable[..., object], **facts: object) -> list[str]:
    with pytest.raises(Refused) as no:
        act(**facts)
    return [one.code for one in no.value.refusals]


def state(town: Town, now: datetime) -> str:
    return attorney_rings.rings_of(contact_id=town.grace.pk, now=now)[0].state


def digits(call: TrialCall) -> str:
    said = [one.removeprefix("digit:") for one in call.says if one.startswith("digit:")]
    return "".join(said[:6])


def test_the_code_that_is_said_proves_the_number_and_stands_nowhere_in_clear(
    town: Town, trunk: Trunk, now: datetime, tmp_path: Path
) -> None:
    asked(town.grace, tmp_path, now)
    mine = {"contact_id": town.grace.pk, "number_id": named(town, now)}
    made = ringing.tell_code(**mine, now=now)
    assert state(town, now) == "waiting"
    row = AttorneyRing.objects.get(pk=made)
    assert "digit" not in row.sealed
    (call,) = ringing.take(engine="e1", now=now)
    assert (call.trial, call.trunk, call.number) == (str(made), str(trunk.pk), OFFICE)
    assert "digit" not in repr(call)
    assert ringing.take(engine="e2", now=now) == ()
    assert AttorneyRing.objects.get(pk=made).sealed == "", "gone once it is taken"
    assert state(town, now) == "ringing"
    ringing.keep([TrialDone(str(made), 200), TrialDone("?", 9)], now=now)
    ringing.keep([TrialDone(str(made), 486)], now=now)
    assert state(town, now) == "done"
    proving.give_code(**mine, code=digits(call), now=now + 2 * MINUTE)
    number = AttorneyNumber.objects.get(e164=OFFICE)
    assert (number.proven_at, number.proven_by) == (now + 2 * MINUTE, "call")
    told = Line.objects.get(act="attorney.rung_code")
    assert digits(call) not in str(told.facts)
    with pytest.raises(NotFound):
        ringing.tell_code(**mine, now=now + 5 * MINUTE)  # it is proven


def test_a_code_that_was_called_out_holds_ten_minutes(
    town: Town, trunk: Trunk, now: datetime, tmp_path: Path
) -> None:
    asked(town.grace, tmp_path, now)
    mine = {"contact_id": town.grace.pk, "number_id": named(town, now)}
    ringing.tell_code(**mine, now=now)
    (call,) = ringing.take(engine="e1", now=now)
    late = now + proving.CODE_LIVES
    assert codes(proving.give_code, **mine, code=digits(call), now=late) == ["attorney.wrong_code"]


def test_a_test_call_says_what_a_call_would_be_and_the_page_keeps_it(
    town: Town, trunk: Trunk, now: datetime, tmp_path: Path
) -> None:
    asked(town.grace, tmp_path, now)
    mine = {"contact_id": town.grace.pk, "number_id": named(town, now)}
    ringing.test_call(**mine, now=now)
    (before,) = ringing.take(engine="e1", now=now)
    assert "check.private" not in before.says
    assert {"place:ma-bristol", "place:ma-suffolk"} <= set(before.says)
    assert "place:nh-example" not in before.says, "she asked for Massachusetts"


def test_after_the_decision_the_same_test_says_private(
    town: Town, trunk: Trunk, now: datetime, tmp_path: Path
) -> None:
    approved(town, town.grace, tmp_path, now)
    number = proven(town.grace, OFFICE, now)
    ringing.test_call(contact_id=town.grace.pk, number_id=number, now=now)
    (call,) = ringing.take(engine="e1", now=now)
    assert "check.recorded" not in call.says
    assert "place:ma-suffolk" in call.says
    assert call.language == town.grace.language
    kept = attorney_rings.rings_of(contact_id=town.grace.pk, now=now)[0]
    assert (kept.kind, kept.recorded_places) == (Kind.CHECK, 0)
    assert kept.private_places > 1


def test_it_is_no_way_to_make_somebody_elses_telephone_ring(
    town: Town, trunk: Trunk, now: datetime, tmp_path: Path
) -> None:
    number = named(town, now)
    mine = {"contact_id": town.grace.pk, "number_id": number}
    assert codes(ringing.test_call, **mine, now=now) == ["attorney.no_calls"], (
        "no state, no carrier"
    )
    asked(town.grace, tmp_path, now)
    with pytest.raises(NotFound):
        ringing.test_call(contact_id=town.odette.pk, number_id=number, now=now)
    at = now
    for _ in range(MOST_A_DAY):
        ringing.test_call(**mine, now=at)
        assert codes(ringing.test_call, **mine, now=at)[0] == "attorney.ring_goes_on"
        (call,) = ringing.take(engine="e1", now=at)
        ringing.keep([TrialDone(call.trial, 200)], now=at)
        assert codes(ringing.test_call, **mine, now=at + MINUTE)[0] == "attorney.ring_again"
        at += 5 * MINUTE
    assert codes(ringing.test_call, **mine, now=at) == ["attorney.ring_too_many"]
    other = {"contact_id": town.grace.pk, "number_id": named(town, at, "+16175550178")}
    assert codes(ringing.test_call, **other, now=at) == ["attorney.ring_too_many"]
    ringing.test_call(**other, now=at + timedelta(days=1))


@pytest.mark.parametrize("number", ["+18765550123", "+19005550123"])
def test_only_ordinary_numbers_at_home_are_rung(
    town: Town, trunk: Trunk, now: datetime, tmp_path: Path, number: str
) -> None:
    asked(town.grace, tmp_path, now)
    row = AttorneyNumber.objects.create(contact=town.grace, e164=number, added_at=now)
    facts = {"contact_id": town.grace.pk, "number_id": row.pk, "now": now}
    assert codes(ringing.tell_code, **facts) == ["attorney.ring_at_home"]


def test_a_ring_that_nobody_takes_is_lost_and_may_be_asked_for_again(
    town: Town, trunk: Trunk, now: datetime, tmp_path: Path
) -> None:
    asked(town.grace, tmp_path, now)
    mine = {"contact_id": town.grace.pk, "number_id": named(town, now)}
    ringing.test_call(**mine, now=now)
    later = now + 2 * MINUTE
    assert ringing.take(engine="e1", now=later) == ()
    assert state(town, later) == "lost"
    ringing.test_call(**mine, now=later)
    assert len(ringing.take(engine="e1", now=later)) == 1


def test_without_a_carrier_that_is_there_nothing_is_promised(
    town: Town, trunk: Trunk, now: datetime, tmp_path: Path
) -> None:
    asked(town.grace, tmp_path, now)
    assert ringing.can_ring(contact_id=town.grace.pk)
    Trunk.objects.update(up=False)
    assert not ringing.can_ring(contact_id=town.grace.pk)
    facts = {"contact_id": town.grace.pk, "number_id": named(town, now), "now": now}
    assert codes(ringing.test_call, **facts) == ["attorney.no_calls"]
